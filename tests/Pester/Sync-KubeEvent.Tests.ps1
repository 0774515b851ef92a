BeforeAll {
    . "$PSScriptRoot/Support.ps1"
}

AfterAll {
    Remove-Module EventRecording
}

Describe 'Sync-KubeEvent' {
    BeforeEach {
        $sandbox = New-Sandbox
        $env:KUBECONFIG = Save-Kubeconfig $sandbox
        $redis = New-Redis $sandbox my-op-redis
        $spool = Join-Path $TestDrive "$([guid]::NewGuid())"
    }

    AfterEach {
        $env:KUBECONFIG = $null
        $sandbox.Dispose()
    }

    It 'waits for what was written with -NoWait, which gives no output' {
        1..50 | ForEach-Object { $redis } | Write-KubeEvent Later later -NoWait | Should -BeNullOrEmpty
        Sync-KubeEvent | Should -BeNullOrEmpty
        (Get-KubeEvent -Reason Later).Count | Should -Be 50
    }

    It 'gives the numbers with -PassThru, each once' {
        $redis, $redis | Write-KubeEvent Later later -NoWait
        $result = Sync-KubeEvent -PassThru
        $result.Written, $result.Pending, $result.Spooled, $result.Failed | Should -Be 2, 0, 0, 0
        (Sync-KubeEvent -PassThru).Written | Should -Be 0
    }

    It 'records the time of the call' {
        $null = $sandbox.Faults.Next((Get-SandboxType Fault)::TooManyRequests([timespan]::FromSeconds(1)))
        $before = [DateTimeOffset]::UtcNow
        $redis | Write-KubeEvent Timed timed -NoWait
        $after = [DateTimeOffset]::UtcNow
        Sync-KubeEvent
        # The server keeps whole seconds.
        $seen = (Get-KubeEvent -Reason Timed).LastSeen
        $seen | Should -BeGreaterThan $before.AddSeconds(-1)
        $seen | Should -BeLessOrEqual $after
    }

    It 'reports each failure once' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        $redis | Write-KubeEvent Refused refused -NoWait -ErrorVariable atOnce
        $atOnce | Should -BeNullOrEmpty
        $result = Sync-KubeEvent -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $result.Failed | Should -Be 1
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'RequestRefused,EventRecording.PowerShell.SyncKubeEventCommand'
        $problems[0].TargetObject.metadata.name | Should -Be 'my-op-redis'
        "$($problems[0])" | Should -BeLike 'Not recorded on redis/my-op-redis in namespace default: Normal Refused: refused. *exceeded quota: events*'
        Sync-KubeEvent -ErrorVariable problems
        $problems | Should -BeNullOrEmpty
    }

    It 'tells at once what cannot be handed over' {
        Write-KubeEvent -For redis/gone -Reason Lost -Message lost -NoWait -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -Be 'ObjectNotFound,EventRecording.PowerShell.WriteKubeEventCommand'
    }

    It 'says after -TimeoutSec what is still tried' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
        $redis | Write-KubeEvent Hanging hanging -NoWait
        $result = Sync-KubeEvent -TimeoutSec 1 -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $result.Pending | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'SyncTimedOut,EventRecording.PowerShell.SyncKubeEventCommand'
        $sandbox.Faults.Clear()
        $sandbox.DropConnections()
        Sync-KubeEvent
        (Get-KubeEvent -Reason Hanging).Count | Should -Be 1
    }

    It 'waits for what was handed over with any spool' {
        $redis | Write-KubeEvent Elsewhere elsewhere -NoWait -SpoolPath $spool
        $redis | Write-KubeEvent Elsewhere elsewhere -NoWait
        Sync-KubeEvent
        (Get-KubeEvent -Reason Elsewhere).Count | Should -Be 2
    }

    It 'writes after an outage what was kept, once and with its time' {
        $at = [datetime]::new(2026, 11, 20, 12, 0, 0, [DateTimeKind]::Utc)
        $sandbox.RefuseConnections()
        $redis | Write-KubeEvent Outage outage -Timestamp $at -TimeoutSec 1 -SpoolPath $spool -WarningAction SilentlyContinue
        Sync-KubeEvent -SpoolPath $spool -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike "Events still kept in ${spool}: 1. *"

        $sandbox.AcceptConnections()
        $result = Sync-KubeEvent -SpoolPath $spool -PassThru
        $result.Written, $result.Spooled, $result.Failed | Should -Be 1, 0, 0
        $written = Get-KubeEvent -Reason Outage
        $written.Count | Should -Be 1
        $written.LastSeen.UtcDateTime | Should -Be $at
        Sync-KubeEvent -SpoolPath $spool
        (Get-KubeEvent -Reason Outage).Count | Should -Be 1
        Get-ChildItem $spool | Should -BeNullOrEmpty
    }

    It 'reports what the server refuses of the spool' {
        $sandbox.RefuseConnections()
        $redis | Write-KubeEvent Outage outage -TimeoutSec 1 -SpoolPath $spool -WarningAction SilentlyContinue
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        $sandbox.AcceptConnections()
        $result = Sync-KubeEvent -SpoolPath $spool -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $result.Failed | Should -Be 1
        "$($problems[0])" | Should -BeLike 'Not recorded on redis/my-op-redis in namespace default: Normal Outage: outage. *exceeded quota*'
        $problems[0].TargetObject | Should -BeOfType 'EventRecording.ObjectReference'
    }

    It 'says how many events a damaged file of the spool held' {
        $sandbox.RefuseConnections()
        $redis | Write-KubeEvent Outage outage -TimeoutSec 1 -SpoolPath $spool -WarningAction SilentlyContinue
        Get-ChildItem $spool | Set-Content -Value 'power was lost'
        $sandbox.AcceptConnections()
        $result = Sync-KubeEvent -SpoolPath $spool -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $result.Failed | Should -Be 1
        "$($problems[0])" | Should -BeLike "Not recorded on objects that cannot be read any more: an event. A file of the spool is damaged and was set aside as $spool*.damaged: *"
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'EventNotWritten,*'
    }

    It 'warns of a spool that cannot be used' {
        Set-Content -LiteralPath $spool -Value 'a file, not a directory'
        Sync-KubeEvent -SpoolPath $spool -WarningVariable warnings -WarningAction SilentlyContinue -ErrorVariable problems
        $problems | Should -BeNullOrEmpty
        @($warnings) -like "The spool $spool cannot be used, *" | Should -HaveCount 1
    }

    It 'says at the end of the process what failed without anybody having been told' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        $record = 'Write-KubeEvent -For @{ apiVersion = "v1"; kind = "Pod"; metadata = @{ name = "p"; namespace = "default" } } -Reason Untold -Message untold -NoWait;'
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script "$record Start-Sleep -Milliseconds 500; 'done'"
        $run.Error | Should -BeLike 'EventRecording: handed over but not recorded, and not yet told by Sync-KubeEvent: 1. *Untold: untold*exceeded quota*'
        $run.Output | Should -Be 'done'
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script "$record Sync-KubeEvent -ErrorAction Ignore"
        $run.Error | Should -BeNullOrEmpty
    }

    It 'writes for two seconds at the end of the process, and says how many it could not' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script '1..3 | ForEach-Object { Write-KubeEvent -For @{ apiVersion = "v1"; kind = "Pod"; metadata = @{ name = "p$_"; namespace = "default" } } -Reason Hanging -Message hanging -NoWait }'
        $run.Error | Should -BeLike 'EventRecording: handed over but not recorded, and not yet told by Sync-KubeEvent: 3. *'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
    }

    It 'says in one line at the end of the process what <Who> could not write to a server that never answers' -ForEach @(
        @{ Who = 'ten recorders'; Line = 'EventRecording: handed over but not recorded, and not yet told by Sync-KubeEvent: 20. *'; Script = @'
1..10 | ForEach-Object {
    $recorder = New-KubeEventRecorder "ops-$_"
    $recorder.Event(@{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'p'; namespace = 'default' } }, 'Normal', 'Silent', 'silent')
    $recorder.Event('cm/x', 'Normal', 'Silent', 'silent')
}
'@ }
    ) {
        $silent = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $silent.Start()
        try {
            $kubeconfig = Join-Path $TestDrive silent.kubeconfig
            @{
                'current-context' = 'x'
                clusters          = @(@{ name = 'c'; cluster = @{ server = "http://$($silent.LocalEndpoint)" } })
                contexts          = @(@{ name = 'x'; context = @{ cluster = 'c' } })
            } | ConvertTo-Json -Depth 5 | Set-Content -LiteralPath $kubeconfig
            $run = Invoke-Process -Environment @{ KUBECONFIG = $kubeconfig } -Script $Script
            @($run.Error.Trim() -split '\r?\n') | Should -HaveCount 1
            $run.Error | Should -BeLike "$Line*"
        }
        finally {
            $silent.Stop()
        }
    }

    It 'spools at the end of the process what could not be written' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script "Write-KubeEvent -For @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'p'; namespace = 'default' } } -Reason Hanging -Message hanging -NoWait -SpoolPath '$spool'"
        $run.Error | Should -BeNullOrEmpty
        $sandbox.Faults.Clear()
        $sandbox.DropConnections()
        (Sync-KubeEvent -SpoolPath $spool -PassThru).Written | Should -Be 1
        (Get-KubeEvent -Reason Hanging).Count | Should -Be 1
    }

    It 'leaves to the removal of the module what nobody waited for' {
        $null = $sandbox.Faults.Next((Get-SandboxType Fault)::TooManyRequests([timespan]::FromSeconds(1)))
        $redis | Write-KubeEvent Left left -NoWait
        Remove-Module EventRecording
        Import-Module $ModulePath
        Get-KubeEvent -Reason Left | Should -HaveCount 1
    }
}
