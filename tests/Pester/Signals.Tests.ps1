BeforeAll {
    . "$PSScriptRoot/Support.ps1"

    $Redis = "@{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'my-op-redis'; namespace = 'default'; uid = '1' } }"

    # A PowerShell of its own that hands over sixty events, of which the rate limit holds most, and is told to end while it waits, or ended by a thread that fails.
    function Stop-Recording([string] $Signal, [string] $Spool, [string] $Also) {
        Stop-PowerShell $Signal @"
            `$redis = $Redis
            `$recorder = New-KubeEventRecorder redis-operator $(if ($Spool) { "-SpoolPath '$Spool'" })
            foreach (`$i in 1..60) { `$null = `$recorder.Event(`$redis, 'Normal', "Reason`$i", 'm') }
            $Also
            [Console]::WriteLine('ready')
            $(if ($Signal -eq 'Exception') { "[System.Threading.Thread]::new([System.Threading.ThreadStart] { 'A thread without a runspace cannot run this.' }).Start()" })
            [System.Threading.Thread]::Sleep([System.Threading.Timeout]::Infinite)
"@
    }

    # Once it has written a line, and until something is so.
    function Stop-PowerShell([string] $Signal, [string] $Script, [scriptblock] $Until = { $true }) {
        $script = "Import-Module '$ModulePath'; $Script"
        $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
        '-NoProfile', '-NonInteractive', '-EncodedCommand', [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($script)) | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $errors = $process.StandardError.ReadToEndAsync()
            $process.StandardOutput.ReadLine() | Should -Be ready
            Wait-Until $Until
            if ($Signal -ne 'Exception') {
                /bin/kill "-$Signal" $process.Id
            }
            $process.WaitForExit(60000) | Should -BeTrue -Because 'the end of a process has a deadline'
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

Describe 'A PowerShell that ends by <Signal> while a cmdlet waits for its event' -Skip:$IsWindows -ForEach @(
    @{ Signal = 'TERM'; ExitCode = 143 }
    @{ Signal = 'HUP'; ExitCode = 129 }
) {
    BeforeEach {
        $sandbox = New-Sandbox
        $env:KUBECONFIG = Save-Kubeconfig $sandbox
        $null = New-Redis $sandbox my-op-redis
        $spool = Join-Path $TestDrive "$([guid]::NewGuid())"

        # The process is told to end while its request, the first that it sends, hangs; what the script then does is no end of its own.
        function Stop-Waiting([string] $Command) {
            $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
            $ended = Stop-PowerShell $Signal "`$redis = $Redis; [Console]::WriteLine('ready'); $Command; [System.Threading.Thread]::Sleep([System.Threading.Timeout]::Infinite)" { $sandbox.Count() -gt 0 }
            $ended.ExitCode | Should -Be $ExitCode
            $sandbox.Faults.Clear()
            @($ended.Errors -split '\r?\n' -like 'EventRecording: *')
        }
    }

    AfterEach {
        $env:KUBECONFIG = $null
        $sandbox.Dispose()
    }

    It 'keeps the event of <Name> in the spool' -ForEach @(
        @{ Name = 'Write-KubeEvent'; Command = '$redis | Write-KubeEvent Awaited m'; Reasons = @('Awaited') }
        @{ Name = 'Write-KubeEvent that looks a uid up'; Command = '$redis.metadata.Remove("uid"); $redis | Write-KubeEvent Awaited m'; Reasons = @('Awaited') }
        @{ Name = 'a step'; Command = 'Invoke-KubeEventStep Backup -For $redis { [System.Threading.Thread]::Sleep([System.Threading.Timeout]::Infinite) }'; Reasons = 'BackupFailed', 'BackupStarted' }
    ) {
        Stop-Waiting "`$PSDefaultParameterValues['*:SpoolPath'] = '$spool'; $Command" | Should -BeNullOrEmpty
        (Sync-KubeEvent -SpoolPath $spool -PassThru).Written | Should -Be $Reasons.Count
        (Get-KubeEvent -AllNamespaces).Reason | Sort-Object | Should -Be $Reasons
    }

    It 'has recorded that a step has failed which it did not let end' {
        $step = "Invoke-KubeEventStep Backup -For `$redis { [Console]::WriteLine('ready'); [System.Threading.Thread]::Sleep([System.Threading.Timeout]::Infinite) }"
        $ended = Stop-PowerShell $Signal "`$redis = $Redis; $step" { $sandbox.Count('create', 'events') -eq 1 }
        $ended.ExitCode | Should -Be $ExitCode
        $ended.Errors | Should -BeNullOrEmpty
        (Get-KubeEvent -AllNamespaces -Reason BackupFailed).Message | Should -Be 'Backup stopped before it was done'
    }

    It 'tells in one line that the event of <Name> is lost' -ForEach @(
        @{ Name = 'Write-KubeEvent'; Command = '$redis | Write-KubeEvent Awaited m'; Lost = 1 }
        @{ Name = 'Write-KubeEvent that looks an object up'; Command = 'Write-KubeEvent Awaited m -For redis/my-op-redis'; Lost = 1 }
        @{ Name = 'Write-KubeEvent that looks up what it hands over'; Command = 'Write-KubeEvent Awaited m -For redis/my-op-redis -NoWait'; Lost = 1 }
        @{ Name = 'a step'; Command = 'Invoke-KubeEventStep Backup -For redis/my-op-redis { [System.Threading.Thread]::Sleep([System.Threading.Timeout]::Infinite) }'; Lost = 2 }
    ) {
        Stop-Waiting $Command | Should -BeLike "EventRecording: *not recorded, and not yet told*: $Lost. *"
    }
}

Describe 'A PowerShell that ends by <Signal> while a cmdlet waits for the disk of a kubeconfig' -Skip:$IsWindows -ForEach @(
    @{ Signal = 'TERM'; ExitCode = 143 }
    @{ Signal = 'HUP'; ExitCode = 129 }
) {
    It 'tells in one line what is lost' {
        $sandbox = New-Sandbox
        $disk = New-HangingFile
        try {
            $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
            $ended = Stop-PowerShell $Signal "$Redis | Write-KubeEvent Handed m -NoWait -Kubeconfig '$(Save-Kubeconfig $sandbox)'; [Console]::WriteLine('ready'); Get-KubeEvent -Kubeconfig '$($disk.Path)'" { Test-Path $disk.Opened }
            $ended.ExitCode | Should -Be $ExitCode
            @($ended.Errors -split '\r?\n' -like 'EventRecording: *') | Should -BeLike 'EventRecording: *not recorded, and not yet told*: 1. *'
        }
        finally {
            $disk.Process.Kill()
            $sandbox.Dispose()
        }
    }
}

Describe 'A PowerShell that no signal ends, as the first process of a container' -Skip:(-not $IsLinux -or [Environment]::Version.Major -lt 10 -or -not (Get-Command unshare -ErrorAction Ignore) -or "$(unshare -rpf --mount-proc echo may 2>&1)" -ne 'may') {
    It 'has written what was pending, and goes on recording' {
        $sandbox = New-Sandbox
        try {
            $kubeconfig = Save-Kubeconfig $sandbox
            $file = Join-Path $TestDrive 'first.ps1'
            Set-Content -LiteralPath $file @"
                Import-Module '$ModulePath'
                `$redis = $Redis
                `$recorder = New-KubeEventRecorder redis-operator -Kubeconfig '$kubeconfig'
                foreach (`$i in 1..60) { `$null = `$recorder.Event(`$redis, 'Normal', "Reason`$i", 'm') }
                /bin/kill -TERM `$PID
                while (`$recorder.Statistics.Pending -gt 0) { [System.Threading.Thread]::Sleep(10) }
                `$recorder.Event(`$redis, 'Normal', 'Later', 'm')
                `$redis | Write-KubeEvent LaterToo m -Kubeconfig '$kubeconfig'
                `$recorder.Flush()
"@
            $said = unshare -rpf --mount-proc (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File $file 2>&1
            $LASTEXITCODE | Should -Be 0
            # What comes in the very moment in which the signal's flush is over may be said not to be written yet.
            @($said | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] -and "$_" -notlike '*not written yet*' }) | Should -BeNullOrEmpty
            (Get-KubeEvent -Kubeconfig $kubeconfig -AllNamespaces | Measure-Object Count -Sum).Sum | Should -Be 62
        }
        finally {
            $sandbox.Dispose()
        }
    }
}
