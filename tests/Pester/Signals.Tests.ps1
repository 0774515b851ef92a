BeforeAll {
    . "$PSScriptRoot/Support.ps1"

    # A PowerShell of its own that hands over sixty events, of which the rate limit holds most, and is told to end while it waits, or ended by a thread that fails.
    function Stop-Recording([string] $Signal, [string] $Spool, [string] $Also) {
        $script = @"
            Import-Module '$ModulePath'
            `$redis = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'my-op-redis'; namespace = 'default'; uid = '1' } }
            `$recorder = New-KubeEventRecorder redis-operator $(if ($Spool) { "-SpoolPath '$Spool'" })
            foreach (`$i in 1..60) { `$null = `$recorder.Event(`$redis, 'Normal', "Reason`$i", 'm') }
            $Also
            [Console]::WriteLine('ready')
            $(if ($Signal -eq 'Exception') { "[System.Threading.Thread]::new([System.Threading.ThreadStart] { 'A thread without a runspace cannot run this.' }).Start()" })
            [System.Threading.Thread]::Sleep([System.Threading.Timeout]::Infinite)
"@
        $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
        '-NoProfile', '-NonInteractive', '-EncodedCommand', [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($script)) | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $errors = $process.StandardError.ReadToEndAsync()
            $process.StandardOutput.ReadLine() | Should -Be ready
            if ($Signal -ne 'Exception') {
                /bin/kill "-$Signal" $process.Id
            }
            $process.WaitForExit()
            [pscustomobject]@{ ExitCode = $process.ExitCode; Errors = $errors.Result }
        }
        finally {
            if (-not $process.HasExited) {
                $process.Kill()
            }
            $process.Dispose()
        }
    }
}

AfterAll {
    Remove-Module EventRecording
}

Describe 'A PowerShell that ends by <Signal>' -Skip:$IsWindows -ForEach @(
    @{ Signal = 'TERM'; ExitCode = 143 }
    @{ Signal = 'HUP'; ExitCode = 129 }
    @{ Signal = 'Exception'; ExitCode = 134 }
) {
    BeforeEach {
        $sandbox = New-Sandbox
        $env:KUBECONFIG = Save-Kubeconfig $sandbox
    }

    AfterEach {
        $env:KUBECONFIG = $null
        $sandbox.Dispose()
    }

    It 'has written what the rate limit held' {
        $ended = Stop-Recording $Signal
        $ended.ExitCode | Should -Be $ExitCode
        $ended.Errors | Should -Match ($Signal -eq 'Exception' ? '^Unhandled exception\.(?![\s\S]*EventRecording: )' : '^$')
        (Get-KubeEvent -AllNamespaces | Measure-Object Count -Sum).Sum | Should -Be 60
    }

    It 'has put into the spool what the server did not take' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
        $spool = Join-Path $TestDrive "spool-$Signal"
        (Stop-Recording $Signal $spool).ExitCode | Should -Be $ExitCode
        $sandbox.Faults.Clear()
        (Sync-KubeEvent -SpoolPath $spool -PassThru).Written | Should -Be 60
        (Get-KubeEvent -AllNamespaces | Measure-Object Count -Sum).Sum | Should -Be 60
    }

    It 'has told in one line what is lost, that which waits for its object included' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
        $ended = Stop-Recording $Signal -Also @'
            $redis | Write-KubeEvent -Reason Handed -Message m -NoWait
            $recorder.Event('redis/another', 'Normal', 'NotFoundYet', 'm')
'@
        $ended.ExitCode | Should -Be $ExitCode
        @($ended.Errors -split '\r?\n' -like 'EventRecording: *') | Should -BeLike 'EventRecording: handed over but not recorded, and not yet told by Sync-KubeEvent: 62. *'
    }
}
