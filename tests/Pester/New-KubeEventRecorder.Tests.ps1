BeforeAll {
    . "$PSScriptRoot/Support.ps1"
}

AfterAll {
    Remove-Module EventRecording
}

Describe 'New-KubeEventRecorder' {
    BeforeEach {
        $sandbox = New-Sandbox
        $env:KUBECONFIG = Save-Kubeconfig $sandbox
        $redis = New-Redis $sandbox my-op-redis
        $recorder = New-KubeEventRecorder redis-operator
    }

    AfterEach {
        $recorder.Dispose()
        $env:KUBECONFIG = $null
        $sandbox.Dispose()
    }

    It 'records on <_>, and gives nothing back' -ForEach 'an object from JSON', 'a hashtable', 'a name', 'an event', 'an ObjectReference' {
        $given = switch ($_) {
            'an object from JSON' { $redis }
            'a hashtable' { @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'my-op-redis'; namespace = 'default'; uid = $redis.metadata.uid } } }
            'a name' { 'rd/my-op-redis' }
            'an event' { $redis | Write-KubeEvent Before before }
            'an ObjectReference' { [EventRecording.ObjectReference]@{ ApiVersion = 'cache.example.com/v1'; Kind = 'Redis'; Name = 'my-op-redis'; Namespace = 'default'; Uid = $redis.metadata.uid } }
        }
        $recorder.Event($given, 'Normal', 'Taken', '100 % of {0}') | Should -BeNullOrEmpty
        $recorder.Eventf($given, 'warning', 'Formatted', '{0:0.0} of {1}', 1.25, 'three') | Should -BeNullOrEmpty
        $recorder.AnnotatedEventf($given, @{ 'example.com/n' = 3 }, 'Normal', 'Annotated', 'n') | Should -BeNullOrEmpty
        $recorder.Eventf($given, 'Normal', 'Empty', 'size <{0}>', $null)
        $flushed = $recorder.Flush()
        $flushed.IsComplete | Should -BeTrue
        "$flushed" | Should -BeLike '* written, 0 pending, 0 spooled, 0 failed'
        $recorder.Statistics.Recorded, $recorder.Statistics.Rejected | Should -Be 4, 0
        $events = Get-KubeEvent -For redis/my-op-redis -Source redis-operator | Group-Object Reason -AsHashTable
        $events.Taken.Message | Should -BeExactly '100 % of {0}'
        $events.Formatted.Message | Should -BeExactly '1.3 of three'
        $events.Empty.Message | Should -BeExactly 'size <>'
        $events.Formatted.Type | Should -BeExactly 'Warning'
        $events.Annotated.Annotations['example.com/n'] | Should -BeExactly '3'
        $events.Taken.InvolvedObject.Uid | Should -Be $redis.metadata.uid
    }

    It 'records on an object that does not say where it is in the namespace of the context' {
        $recorder.Event([pscustomobject]@{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'made' } }, 'Normal', 'Made', 'made')
        $recorder.Event([pscustomobject]@{ apiVersion = 'v1'; kind = 'Namespace'; metadata = @{ name = 'default' } }, 'Normal', 'Made', 'made')
        $null = $recorder.Flush()
        (Get-KubeEvent -Reason Made).ForEach{ "$($_.InvolvedObject) in '$($_.InvolvedObject.Namespace)'" } | Sort-Object | Should -Be "namespace/default in ''", "redis/made in 'default'"
    }

    It 'combines and limits the rate, and loses nothing' {
        foreach ($i in 1..40) {
            $recorder.Event($redis, 'Normal', 'Busy', "round $i")
        }
        $null = $recorder.Flush()
        $all = Get-KubeEvent -Reason Busy
        ($all | Measure-Object Count -Sum).Sum | Should -Be 40
        $all.Count | Should -Be 10
        $recorder.Statistics.Combined | Should -Be 31
    }

    It 'is waited for by Sync-KubeEvent, which reports what failed' {
        # What the others wrote, on their sandboxes.
        Sync-KubeEvent -ErrorAction Ignore
        $recorder.Event($redis, 'Normal', 'Written', 'written')
        $recorder.Event($redis, 'Error', 'Rejected', 'no such type')
        $recorder.Event([pscustomobject]@{ kind = 'Pod' }, 'Normal', 'Rejected', 'no such object')
        $recorder.Event('redis/gone', 'Normal', 'Lost', 'no such name')
        $recorder.Event('nonsense', 'Normal', 'Lost', 'no name')
        $result = Sync-KubeEvent -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $result.Written, $result.Pending, $result.Failed | Should -Be 1, 0, 4
        $problems.FullyQualifiedErrorId | Sort-Object |
            Should -Be 'ArgumentNotValid,EventRecording.PowerShell.SyncKubeEventCommand', 'ArgumentNotValid,EventRecording.PowerShell.SyncKubeEventCommand',
                'ArgumentNotValid,EventRecording.PowerShell.SyncKubeEventCommand', 'ObjectNotFound,EventRecording.PowerShell.SyncKubeEventCommand'
        Get-KubeEvent -Reason Written | Should -HaveCount 1
        (Sync-KubeEvent -PassThru).Failed | Should -Be 0
    }

    It 'passes on a warning that nobody has heard yet' {
        $kubeconfig = Join-Path $TestDrive insecure.kubeconfig
        @{
            'current-context' = 'x'
            clusters          = @(@{ name = 'c'; cluster = @{ server = "$($sandbox.Address)"; 'insecure-skip-tls-verify' = $true } })
            contexts          = @(@{ name = 'x'; context = @{ cluster = 'c' } })
        } | ConvertTo-Json -Depth 5 | Set-Content -LiteralPath $kubeconfig
        $first = New-KubeEventRecorder first -Kubeconfig $kubeconfig
        $first.Event($redis, 'Normal', 'Recorded', 'while no cmdlet ran')
        $first.Flush().IsComplete | Should -BeTrue
        $second = New-KubeEventRecorder second -Kubeconfig $kubeconfig -WarningVariable warnings -WarningAction SilentlyContinue
        $first, $second | ForEach-Object Dispose
        "$warnings" | Should -BeLike '*insecure-skip-tls-verify*'
    }

    It 'gives failures that can be picked by their number' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        $recorder.Event($redis, 'Normal', 'First', 'refused')
        $recorder.Event($redis, 'Normal', 'Second', 'refused')
        $failures = $recorder.Flush().Failures
        $failures[0], $failures[1] | Should -HaveCount 2
        $failures[1].Kind | Should -Be Refused
        $null = Sync-KubeEvent -ErrorAction SilentlyContinue
    }

    It 'flushes until Ctrl+C, also where the server never answers' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
        $recorder.Event($redis, 'Normal', 'Hanging', 'hanging')
        $started = Start-Script 'param($recorder) $recorder.Flush()' $recorder
        Wait-Until { $recorder.Statistics.Requests -gt 0 }
        $started.Shell.Stop()
        $started.Shell.InvocationStateInfo.State | Should -Be Stopped
        $recorder.Statistics.Pending | Should -Be 1
        $started.Shell.Dispose()
        $sandbox.Faults.Clear()
        $sandbox.DropConnections()
    }

    It 'says at a flush, once, what was not accepted and which objects were not found, each in a line' {
        $recorder.Event('redis/none', 'Normal', 'Lost', 'no such name')
        $recorder.Event($null, 'Normal', 'Nothing', 'no object')
        $recorder.Event($redis, 'Error', 'Rejected', 'no such type')
        $flushed = $recorder.Flush()
        $flushed.IsComplete, $flushed.Failures.Count, $recorder.Statistics.Rejected | Should -Be $false, 3, 3
        $flushed.Failures | ForEach-Object ToString | Sort-Object | Should -BeLike 'Rejected: * on *. *'
        ($flushed | Out-String) | Should -Not -Match 'EventFailure \{'
        $recorder.Flush().IsComplete | Should -BeTrue
        (Sync-KubeEvent -PassThru -ErrorAction SilentlyContinue).Failed | Should -Be 3
    }

    It 'says after -TimeoutSec what is still tried' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
        $recorder.Event($redis, 'Normal', 'Hanging', 'hanging')
        $result = Sync-KubeEvent -TimeoutSec 1 -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $result.Pending | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'SyncTimedOut,*'
        $sandbox.Faults.Clear()
        $sandbox.DropConnections()
        $recorder.Flush().Pending | Should -Be 0
        Get-KubeEvent -Reason Hanging | Should -HaveCount 1
    }

    It 'takes over what Write-KubeEvent is given with -Recorder' {
        $redis, $redis | Write-KubeEvent Through through -Recorder $recorder -Annotation @{ 'example.com/n' = 1 } | Should -BeNullOrEmpty
        Write-KubeEvent -For redis/gone -Reason Lost -Message lost -Recorder $recorder -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'ObjectNotFound,*'
        Sync-KubeEvent
        $event = Get-KubeEvent -Reason Through
        $event.Count, $event.Source, $event.Annotations['example.com/n'] | Should -Be 2, 'redis-operator', '1'
    }

    It 'records in its own name: -<_> is refused with -Recorder' -ForEach 'Component', 'HostName', 'SpoolPath', 'Kubeconfig', 'Context' {
        $own = @{ $_ = 'other' }
        { $redis | Write-KubeEvent Mixed mixed -Recorder $recorder @own } | Should -Throw "*-$_ is the recorder's*" -ErrorId 'ArgumentNotValid,*'
    }

    It 'keeps in its spool what it cannot write' {
        $spool = Join-Path $TestDrive "$([guid]::NewGuid())"
        $spooling = New-KubeEventRecorder redis-operator -SpoolPath $spool
        $sandbox.RefuseConnections()
        $redis | Write-KubeEvent Kept kept -TimeoutSec 1 -Recorder $spooling
        Sync-KubeEvent -SpoolPath $spool -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike 'Events still kept in *: 1. *'
        $sandbox.AcceptConnections()
        (Sync-KubeEvent -SpoolPath $spool -PassThru).Written | Should -Be 1
        $spooling.Dispose()
    }

    It 'has the name of the script that calls, a host and an instance' {
        $script = Join-Path $TestDrive 'my-operator.ps1'
        Set-Content -LiteralPath $script -Value 'New-KubeEventRecorder -HostName node-1 -Instance my-operator-0'
        $made = & $script
        $made.Component, $made.HostName | Should -Be 'my-operator', 'node-1'
        $made.Event($redis, 'Normal', 'Made', 'made')
        $made.Dispose()
        $event = Get-KubeEvent -Reason Made
        $event.Source, $event.SourceHost, $event.ReportingInstance | Should -Be 'my-operator', 'node-1', 'my-operator-0'
    }

    It 'writes when it is disposed, and takes nothing more' {
        $recorder.Event('redis/my-op-redis', 'Normal', 'Last', 'last')
        $recorder.Dispose()
        Get-KubeEvent -Reason Last | Should -HaveCount 1
        $recorder.Event($redis, 'Normal', 'Later', 'later')
        $recorder.Statistics.Rejected | Should -Be 1
        $recorder.Event('redis/my-op-redis', 'Normal', 'Later', 'by its name')
        $flushed = $recorder.Flush()
        $flushed.Written, $flushed.Failures.Count | Should -Be 0, 2
        $recorder.Dispose()
        Sync-KubeEvent -ErrorAction SilentlyContinue -ErrorVariable problems
        "$($problems[0])" | Should -BeLike 'Not recorded on redis/my-op-redis in namespace default: Normal Later: later. The recorder is closed*New-KubeEventRecorder.'
        $problems.Count | Should -Be 2
        { $redis | Write-KubeEvent Later later -Recorder $recorder } | Should -Throw 'The recorder is closed*'
    }

    It 'writes when the module is removed, and takes nothing more, which the next import tells' {
        $recorder.Event($redis, 'Normal', 'Removed', 'removed')
        Remove-Module EventRecording
        Import-Module $ModulePath
        Get-KubeEvent -Reason Removed | Should -HaveCount 1
        $recorder.Event($redis, 'Normal', 'Later', 'later')
        (Sync-KubeEvent -PassThru -ErrorAction SilentlyContinue).Failed | Should -Be 1
    }

    It 'writes when the process ends' {
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script '(New-KubeEventRecorder ops).Event("redis/my-op-redis", "Normal", "Ended", "ended"); (New-KubeEventRecorder ops).Event(@{ apiVersion = "v1"; kind = "Pod"; metadata = @{ name = "p"; namespace = "default" } }, "Normal", "Ended", "ended")'
        $run.Error | Should -BeNullOrEmpty
        Get-KubeEvent -Reason Ended | Should -HaveCount 2
    }

    It 'is used by several runspaces at once' {
        1..20 | ForEach-Object -Parallel { ($using:recorder).Event($using:redis, 'Normal', 'Parallel', 'parallel') } -ThrottleLimit 5
        $null = $recorder.Flush()
        (Get-KubeEvent -Reason Parallel).Count | Should -Be 20
    }

    It 'is shown with its numbers' {
        $recorder | Out-String | Should -Match '(?s)Component +: redis-operator.*Statistics +: 0 recorded'
    }
}
