BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    New-ServerEvent $sandbox a @{ metadata = @{ name = 'a'; namespace = 'default'; ownerReferences = @(@{ apiVersion = 'v1'; kind = 'Pod'; name = 'web-0'; uid = '1' }) } }
    New-ServerEvent $sandbox b @{ type = 'Warning'; reason = 'BackOff'; count = 7 }
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Export-KubeEvent' {
    BeforeEach { Push-Location $TestDrive }
    AfterEach {
        Pop-Location
        Get-ChildItem $TestDrive -Force -Exclude *.kubeconfig | Remove-Item -Recurse -Force
    }

    It 'keeps each event as a line of JSON, as the API has it' {
        Get-KubeEvent | Export-KubeEvent week.ndjson | Should -BeNullOrEmpty
        $kept = Get-Content week.ndjson | ConvertFrom-Json
        $kept.metadata.name | Should -Be a, b
        $kept[0].metadata.ownerReferences.name | Should -Be web-0
        $kept[1] | ForEach-Object { $_.reason, $_.count, $_.source.component, $_.involvedObject.name } | Should -Be BackOff, 7, kubelet, web-0
        $kept.metadata.uid | Should -Not -BeNullOrEmpty
    }

    It 'appends what is new, and nothing twice' {
        Get-KubeEvent | Export-KubeEvent week.ndjson
        New-ServerEvent $sandbox b @{ type = 'Warning'; reason = 'BackOff'; count = 8 }
        (Get-KubeEvent | Export-KubeEvent week.ndjson -PassThru).Count | Should -Be 8
        Get-Content week.ndjson | ConvertFrom-Json | ForEach-Object Count | Should -Be 1, 7, 8
    }

    It 'compresses by the ending of the name' {
        Get-KubeEvent | Export-KubeEvent week.ndjson.gz
        [System.IO.File]::ReadAllBytes("$TestDrive/week.ndjson.gz")[0..1] | Should -Be 0x1F, 0x8B
        (Import-KubeEvent week.ndjson.gz).Name | Should -Be a, b
    }

    It 'rolls the files of a folder' {
        Watch-KubeEvent -First 2 | Export-KubeEvent events/ -RollEvery 1d -KeepFor 14d
        (Get-ChildItem events).Name | Should -Match '^events-\d{8}T000000Z\.ndjson$'
        { Get-KubeEvent | Export-KubeEvent events/ -KeepFor 14d } | Should -Throw -ErrorId 'ArgumentNotValid,*'
        { Get-KubeEvent | Export-KubeEvent events/ -RollEvery often } | Should -Throw '*no length of time*'
    }

    It 'leaves a file of something else as it is' {
        Set-Content other.csv 'a,b'
        { Get-KubeEvent | Export-KubeEvent other.csv } | Should -Throw -ErrorId 'FileNotWritten,*' -ExpectedMessage '*something else*'
        Get-Content other.csv | Should -Be 'a,b'
    }

    It 'takes no pipe for a file' -Skip:$IsWindows {
        mkfifo (Join-Path $TestDrive pipe)
        { Get-KubeEvent | Export-KubeEvent (Join-Path $TestDrive pipe) } | Should -Throw -ErrorId 'FileNotWritten,*' -ExpectedMessage '*is a pipe or a device*name a file*'
        (Invoke-Process 'Get-KubeEvent | Export-KubeEvent /dev/stdout').Error | Should -Match '/dev/stdout is a pipe or a device'
    }

    It 'writes nothing with -WhatIf, and takes only events' {
        Get-KubeEvent | Export-KubeEvent week.ndjson -WhatIf
        Test-Path week.ndjson | Should -BeFalse
        'text', (Get-KubeEvent)[0] | Export-KubeEvent week.ndjson -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused.FullyQualifiedErrorId | Should -Be 'ArgumentNotValid,EventRecording.PowerShell.ExportKubeEventCommand'
        @(Get-Content week.ndjson).Count | Should -Be 1
    }

    It 'goes on where it stood when its process was killed and the server was away, without a gap and without doubles' {
        $script = "Import-Module '$ModulePath'; Watch-KubeEvent | Export-KubeEvent '$TestDrive/killed.ndjson' -PassThru | ForEach-Object { [Console]::WriteLine(`$_.Name) }"
        $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script))
        foreach ($round in 1..2) {
            $victim = Start-Process (Get-Process -Id $PID).Path -ArgumentList '-NoProfile', '-NonInteractive', '-EncodedCommand', $encoded -RedirectStandardOutput "$TestDrive/$round.out" -RedirectStandardError "$TestDrive/$round.err" -PassThru
            New-ServerEvent $sandbox "killed-$round"
            Wait-Until { (Test-Path "$TestDrive/$round.out") -and (Get-Content "$TestDrive/$round.out") -contains "killed-$round" } -Seconds 120
            # Nobody can be reached, and somebody else writes meanwhile.
            $sandbox.RefuseConnections()
            $sandbox.DropConnections()
            New-ServerEvent $sandbox "away-$round"
            $sandbox.AcceptConnections()
            Wait-Until { (Test-Path "$TestDrive/$round.out") -and (Get-Content "$TestDrive/$round.out") -contains "away-$round" } -Seconds 120
            $victim.Kill()
            $victim.WaitForExit()
        }

        $kept = (Get-Content "$TestDrive/killed.ndjson" | ConvertFrom-Json).metadata
        ($kept.name | Sort-Object) | Should -Be ((Get-KubeEvent).Name | Sort-Object)
        ($kept | Group-Object { "$($_.uid) $($_.resourceVersion)" } | Where-Object Count -gt 1) | Should -BeNullOrEmpty
    }
}
