BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    $redis = New-Redis $sandbox my-op-redis
    $elsewhere = New-Redis $sandbox shop-redis shop
    $null = $redis | Write-KubeEvent ScaledUp '3 replicas' -Component redis-operator
    $null = $elsewhere | Write-KubeEvent ShopOpened 'good morning' -Component shop-operator

    function Complete([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText
    }

    # The first answer of a kind may come too late on a busy machine; it is there at the next TAB.
    function Complete-Soon([string] $Line) {
        for ($i = 0; $i -lt 20 -and -not ($completed = Complete $Line); $i++) { }
        $completed
    }
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'TAB' {
    It 'completes <line> to <expected>' -ForEach @(
        @{ line = 'Get-KubeEvent -Context san'; expected = 'sandbox' }
        @{ line = 'Get-KubeEvent -Namespace sh'; expected = 'shop' }
        @{ line = 'Get-KubeEvent -Namespace default, sh'; expected = 'shop' }
        @{ line = 'Get-KubeEvent redi'; expected = 'redis/' }
        @{ line = 'Get-KubeEvent redis/'; expected = 'redis/my-op-redis' }
        @{ line = 'Get-KubeEvent -For rd/my'; expected = 'rd/my-op-redis' }
        @{ line = "Write-KubeEvent Done done -For 'redis/m"; expected = "'redis/my-op-redis'" }
        @{ line = 'Write-KubeEvent Done done -Namespace shop -For redis/'; expected = 'redis/shop-redis' }
        @{ line = 'Watch-KubeEvent -Reason Sc'; expected = 'ScaledUp' }
        @{ line = 'Watch-KubeEvent -Namespace shop -Reason '; expected = 'ShopOpened' }
        @{ line = 'Get-KubeEvent -Source redis-'; expected = 'redis-operator' }
        @{ line = 'Get-KubeEvent -Type W'; expected = 'Warning' }
        @{ line = 'Get-KubeEvent -Since '; expected = '10m', '1h', '1d' }
        @{ line = 'Get-KubeEvent -Since 1h -Until 10'; expected = '10m' }
        @{ line = 'Write-KubeEvent -Type W'; expected = 'Warning' }
    ) {
        Complete-Soon $line | Should -Be $expected
    }

    It 'asks the cluster of the command' {
        $other = New-Sandbox
        try {
            $null = New-Redis $other elsewhere
            $path = Save-Kubeconfig $other
            Complete-Soon "Get-KubeEvent -Kubeconfig '$path' -For redis/" | Should -Be redis/elsewhere
            Push-Location (Split-Path $path)
            Complete-Soon "Get-KubeEvent -Kubeconfig './$(Split-Path -Leaf $path)' -For redis/" | Should -Be redis/elsewhere
        }
        finally {
            Pop-Location
            $other.Dispose()
        }
    }

    It 'says nothing where there is no cluster, or a broken kubeconfig' {
        $broken = Join-Path $TestDrive broken
        Set-Content -LiteralPath $broken -Value '{ clusters: ['
        $before = $Error.Count
        foreach ($kubeconfig in (Join-Path $TestDrive nowhere), $broken) {
            foreach ($parameter in '-Context', '-Namespace', '-For', '-Reason') {
                Complete "Get-KubeEvent -Kubeconfig '$kubeconfig' $parameter x" | Should -BeNullOrEmpty
            }
        }
        $Error.Count | Should -Be $before
    }
}
