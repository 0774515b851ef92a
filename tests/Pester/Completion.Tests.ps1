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
        @{ line = 'Get-KubeEvent -Since '; expected = '10m', '1h', '24h' }
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

    # The characters that the parser takes for quotes, dashes and blanks, and what else begins something.
    It 'puts in one string behind <open>, whatever the cluster wrote' -ForEach @(
        @{ open = '' }, @{ open = "'" }, @{ open = '"' }, @{ open = [string][char]0x2018 }, @{ open = [string][char]0x201E }
    ) {
        $special = [char[]](0x2D, 0x2013, 0x2014, 0x2015, 0x27, 0x2018, 0x2019, 0x201A, 0x201B, 0x22, 0x201C, 0x201D, 0x201E, 0x60) + [char[]]'$@#%&|;,(){}<>*?=!~+\/.:'
        $reasons = $special.ForEach({ "$($_)Verbose", "a$_", "a$_;'x'>y;`"x`"$_", "`$(x)$_" }) + '--%', 'two words', '007', '1d', '1e3', '10kb', '0x1F', '1..3', '$null', 'if' | Sort-Object -Unique -CaseSensitive
        $hostile = New-Sandbox
        try {
            for ($i = 0; $i -lt $reasons.Count; $i++) {
                New-ServerEvent $hostile "event-$i" @{ reason = $reasons[$i] }
            }
            $line = "Get-KubeEvent -Kubeconfig '$(Save-Kubeconfig $hostile)' -Reason $open"
            for ($i = 0; $i -lt 40 -and -not ($found = (TabExpansion2 $line $line.Length).CompletionMatches); $i++) { }
            $found.ListItemText | Sort-Object -CaseSensitive | Should -Be $reasons
            foreach ($one in $found) {
                $errors = $null
                $script = [System.Management.Automation.Language.Parser]::ParseInput("Get-KubeEvent -Reason x, $($one.CompletionText)", [ref]$null, [ref]$errors)
                $errors | Should -BeNullOrEmpty
                $script.EndBlock.Statements.PipelineElements | Should -HaveCount 1
                $elements = $script.EndBlock.Statements[0].PipelineElements[0].CommandElements
                $elements | Should -HaveCount 3
                $list = $elements[2].Elements
                $list | Should -HaveCount 2
                $list[1] | Should -BeOfType System.Management.Automation.Language.StringConstantExpressionAst
                $list[1].Value | Should -BeExactly $one.ListItemText
            }
        }
        finally {
            $hostile.Dispose()
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
