BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    New-ServerEvent $sandbox a @{ count = 5 }
    New-ServerEvent $sandbox b @{ count = 2; type = 'Warning'; reason = 'BackOff' }
    New-ServerEvent $sandbox c @{ count = 1; type = 'Warning'; reason = 'BackOff'; involvedObject = @{ apiVersion = 'v1'; kind = 'Pod'; name = "web`e[31m-1"; namespace = 'default' } }
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Measure-KubeEvent' {
    It 'groups by reason unless told otherwise' {
        $measures = Get-KubeEvent | Measure-KubeEvent
        $measures | Should -BeOfType 'EventRecording.EventMeasure'
        $measures.Reason | Should -Be Pulled, BackOff
        $measures | ForEach-Object Count | Should -Be 5, 3
        $measures | ForEach-Object Events | Should -Be 1, 2
        $measures[0].First | Should -BeLessThan $measures[0].Last
        [math]::Round($measures[0].RatePerHour) | Should -Be 240
    }

    It 'groups by <_>' -ForEach 'Type', 'Object', 'Source', 'Object, Type' {
        $by = $_ -split ', '
        $measures = @(Get-KubeEvent | Measure-KubeEvent -By $by)
        $expected = @{ 'Type' = 2; 'Object' = 2; 'Source' = 1; 'Object, Type' = 3 }[$_]
        $measures.Count | Should -Be $expected
        $measures | ForEach-Object { $measure = $_; $by | ForEach-Object { $measure.$_ | Should -Not -BeNullOrEmpty } }
    }

    It 'takes several groupings as PowerShell writes them' {
        (Get-KubeEvent | Measure-KubeEvent Reason, Type | Where-Object Type -EQ Warning).Reason | Should -Be BackOff
    }

    It 'shows its groups in a table that no text of the cluster can colour' {
        $text = Get-KubeEvent | Measure-KubeEvent -By Object, Reason | Out-String
        $text | Should -Match 'Count\s+Events\s+PerHour\s+First\s+Last\s+Group'
        $text | Should -Match 'BackOff pod/web\^\[\[31m-1'
        $text | Should -Not -Match "`e\[31m"
    }

    It 'gives nothing for nothing' {
        @() | Measure-KubeEvent | Should -BeNullOrEmpty
    }
}
