BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    $redis = New-Redis $sandbox my-op-redis
    $pods = 1..20 | ForEach-Object { @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = "p$_"; namespace = 'default' } } }
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'The common parameters' {
    It 'are honoured: -WhatIf says what would be done, on each object' {
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script 'Write-KubeEvent -For redis/my-op-redis, redis/other -Reason WhatIf -Message nothing -WhatIf'
        $run.Output | Should -Be 'What if: Performing the operation "Record Normal WhatIf: nothing" on target "redis/my-op-redis".',
            'What if: Performing the operation "Record Normal WhatIf: nothing" on target "redis/other".'
        Get-KubeEvent -Reason WhatIf | Should -BeNullOrEmpty
    }

    It 'are honoured: $WhatIfPreference of the script' {
        & { $WhatIfPreference = $true; $redis | Write-KubeEvent WhatIf nothing } | Should -BeNullOrEmpty
        Get-KubeEvent -Reason WhatIf | Should -BeNullOrEmpty
    }

    It 'are honoured: -Confirm asks, and where nobody can be asked it records nothing' {
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script 'Write-KubeEvent -For redis/my-op-redis -Reason Confirmed -Message nothing -Confirm'
        $run.ExitCode | Should -Not -Be 0
        $run.Error | Should -Match 'NonInteractive'
        $null = $redis | Write-KubeEvent Confirmed asked -Confirm:$false
        (Get-KubeEvent -Reason Confirmed).Message | Should -Be asked
    }

    It 'are honoured: -Verbose and -Debug' {
        $all = $redis | Write-KubeEvent Verbose verbose -Verbose 4>&1
        ($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })[0].Message | Should -BeLike '*Record Normal Verbose: verbose*redis/my-op-redis*'
        $null = $redis | Write-KubeEvent Debugged debugged -Debug -Confirm:$false 5>&1
        Get-KubeEvent -Reason Debugged | Should -HaveCount 1
        Get-KubeEvent -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Should -Not -BeNullOrEmpty
    }

    It 'are honoured: -ErrorAction Stop ends at the first bad object, SilentlyContinue and -ErrorVariable keep each' {
        $bad = 1..3 | ForEach-Object { @{ kind = 'Pod'; metadata = @{ name = "bad$_" } } }
        { $bad | Write-KubeEvent Bad bad -ErrorAction Stop } | Should -Throw -ErrorId 'ObjectNotReferable,EventRecording.PowerShell.WriteKubeEventCommand'
        $bad | Write-KubeEvent Bad bad -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems.TargetObject.metadata.name | Should -Be bad1, bad2, bad3
        & { $ErrorActionPreference = 'Stop'; try { $bad | Write-KubeEvent Bad bad } catch { "$($_.CategoryInfo.Category)" } } | Should -Be InvalidData
        # What those did not come to tell.
        Sync-KubeEvent -ErrorAction Ignore
    }

    It 'are honoured: -OutVariable and -PipelineVariable' {
        $null = $redis | Write-KubeEvent Out out -OutVariable kept
        $kept.Outcome | Should -Be Created
        $redis | Write-KubeEvent Out out -PipelineVariable written | ForEach-Object { $written.Count } | Should -Be 2
    }
}

Describe 'A pipeline' {
    It 'that wants no more stops the work upstream' {
        $before = $sandbox.Count('create', 'events')
        $begun = 0
        $pods * 100 | ForEach-Object { $begun++; $_ } | Write-KubeEvent Stopped stopped | Select-Object -First 3 | Should -HaveCount 3
        $begun | Should -BeLessThan 1000
        $sandbox.Count('create', 'events') - $before | Should -BeLessThan 1000
        Get-KubeEvent -Unsorted | Select-Object -First 1 | Should -HaveCount 1
        Watch-KubeEvent | Select-Object -First 1 | Should -HaveCount 1
    }

    It 'exports, converts, groups and formats events' {
        $null = $redis | Write-KubeEvent Exported "a `"quoted`" text, with commas" -Annotation @{ 'example.com/n' = 1 }
        $csv = Join-Path $TestDrive events.csv
        Get-KubeEvent -Reason Exported | Export-Csv $csv
        (Import-Csv $csv).Message | Should -Be "a `"quoted`" text, with commas"
        (Import-Csv $csv).InvolvedObject | Should -Be 'redis/my-op-redis'
        $json = Get-KubeEvent -Reason Exported | ConvertTo-Json -Depth 5 -WarningVariable warnings | ConvertFrom-Json
        $warnings | Should -BeNullOrEmpty
        $json.Reason, $json.InvolvedObject.Name | Should -Be Exported, my-op-redis
        (Get-KubeEvent -Reason Exported | Group-Object Reason).Name | Should -Be Exported
        (Get-KubeEvent | Group-Object { "$($_.InvolvedObject)" }).Name | Should -Contain 'redis/my-op-redis'
        Get-KubeEvent -Reason Exported | Format-List | Out-String | Should -Match 'Reason +: Exported'
        (Get-KubeEvent -Reason Exported | Select-Object Count, Message).Count | Should -Be 1
        (Get-KubeEvent | Sort-Object Reason | Select-Object -First 1 -ExpandProperty Reason) | Should -Not -BeNullOrEmpty
        (Get-KubeEvent | Measure-Object Count -Sum).Sum | Should -BeGreaterThan 0
        (Get-KubeEvent | Where-Object Reason -EQ Exported).Uid | Should -Be $json.Uid
    }

    It 'goes from an event to all events of its object' {
        $part = $redis | Write-KubeEvent Parted parted -FieldPath 'spec.containers{redis}'
        ($part | Get-KubeEvent).Reason | Should -Contain Exported
        (Get-KubeEvent -For $part).Reason | Should -Contain Parted
        ($part | Write-KubeEvent Answered answered).InvolvedObject.Name | Should -Be my-op-redis
    }
}

Describe 'Other runspaces and processes' {
    It 'record side by side: ForEach-Object -Parallel' {
        1..10 | ForEach-Object -Parallel {
            Import-Module $using:ModulePath
            $null = $using:redis | Write-KubeEvent InParallel parallel -Component ops
        } -ThrottleLimit 4
        (Get-KubeEvent -Reason InParallel).Count | Should -Be 10
    }

    It 'record in a thread job' -Skip:(-not (Get-Command Start-ThreadJob -ErrorAction Ignore)) {
        $job = Start-ThreadJob { Import-Module $using:ModulePath; $using:redis | Write-KubeEvent InThread thread }
        ($job | Receive-Job -Wait -AutoRemoveJob).Outcome | Should -Be Created
    }

    It 'record in a background job, with objects that went through serialization' {
        $job = Start-Job { Import-Module $using:ModulePath; $using:redis | Write-KubeEvent InJob job }
        $written = $job | Receive-Job -Wait -AutoRemoveJob
        $written.Outcome | Should -Be Created
        $written.Outcome | Should -BeOfType EventRecording.EventOutcomeKind
        ($written | Write-KubeEvent OutOfJob job).InvolvedObject.Uid | Should -Be $redis.metadata.uid
    }

    It 'read in a background job, and go on with events as if there had been none' {
        $null = $redis | Write-KubeEvent ReadInJob job
        $live = Get-KubeEvent -Reason ReadInJob
        $read = Start-Job { Import-Module $using:ModulePath; Get-KubeEvent -Reason ReadInJob -AllNamespaces } | Receive-Job -Wait -AutoRemoveJob
        $read | Should -BeOfType EventRecording.KubeEvent
        $read.InvolvedObject | Should -Be $live.InvolvedObject
        $read.LastSeen | Should -Be $live.LastSeen
        $read.Annotations.Keys | Should -Be $live.Annotations.Keys
        $read | Where-Object LastSeen -gt (Get-Date).AddHours(-1) | Should -Not -BeNullOrEmpty
        # With the table that it had there.
        $read | Out-String -Width 120 | Should -Match '(?m)^Namespace\s+LastSeen'
        ($read | Measure-KubeEvent).Reason | Should -Be ReadInJob
        ($read | Import-KubeEvent).Uid | Should -Be $live.Uid
    }

    It 'take events out of files, whether the module was there before them or not' {
        $null = $redis | Write-KubeEvent InFile file
        Get-KubeEvent -Reason InFile | Export-Clixml "$TestDrive/events.xml"
        Import-Clixml "$TestDrive/events.xml" | Should -BeOfType EventRecording.KubeEvent
        $process = Invoke-Process "Remove-Module EventRecording; `$read = Import-Clixml '$TestDrive/events.xml'; Import-Module '$ModulePath'; `$read.pstypenames[0]; (`$read | Measure-KubeEvent).Reason; (`$read | Import-KubeEvent).Reason; (`$read | Export-KubeEvent '$TestDrive/early.ndjson' -PassThru).Reason"
        $process.Output | Should -Be Deserialized.EventRecording.KubeEvent, InFile, InFile, InFile
        # Whatever a session adds to its events.
        $process = Invoke-Process "Update-TypeData -TypeName EventRecording.KubeEvent -MemberType ScriptProperty -MemberName Pod -Value { `$this.InvolvedObject.Name }; Import-Clixml '$TestDrive/events.xml' | Export-Clixml '$TestDrive/added.xml'; `$read = Import-Clixml '$TestDrive/added.xml'; `$read.GetType().Name; `$read.Pod"
        $process.Output | Should -Be KubeEvent, my-op-redis
        $process = Invoke-Process "Remove-Module EventRecording; Update-TypeData -TypeName EventRecording.KubeEvent -DefaultDisplayProperty Reason; Import-Module '$ModulePath'; (Import-Clixml '$TestDrive/events.xml').GetType().Name"
        $process.Output | Should -Be KubeEvent
        $series = '{"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":"s","namespace":"default"},"regarding":{"kind":"Pod","name":"p"},"eventTime":"2026-11-22T10:00:00.123456Z","series":{"count":7,"lastObservedTime":"2026-11-22T10:00:00.999999Z"}}' | ConvertFrom-Json | Import-KubeEvent
        $series | Export-Clixml "$TestDrive/series.xml"
        (Import-Clixml "$TestDrive/series.xml").LastSeen | Should -Be $series.LastSeen
        (Start-Job { Import-Module $using:ModulePath; Import-Clixml "$using:TestDrive/series.xml" } | Receive-Job -Wait -AutoRemoveJob).Series | Should -Be $series.Series
        Get-KubeEvent -Reason InFile | ConvertTo-Json | ConvertFrom-Json | Import-KubeEvent | ForEach-Object Reason | Should -Be InFile
    }

    It 'each import the module again by force' {
        Import-Module $ModulePath -Force
        ($redis | Write-KubeEvent Forced forced).Outcome | Should -Be Created
        (Get-Module EventRecording).Count | Should -Be 1
    }
}

Describe 'Ctrl+C' {
    It 'ends at once: <Script>' -ForEach @(
        @{ Script = 'param($object) $object | Write-KubeEvent Hanging hanging' }
        @{ Script = 'Get-KubeEvent' }
        @{ Script = 'Watch-KubeEvent' }
        @{ Script = 'param($object) $object | Write-KubeEvent Hanging hanging -NoWait; Sync-KubeEvent' }
        @{ Script = 'Invoke-KubeEventStep Hanging -For redis/my-op-redis { "done" }' }
    ) {
        $hanging = New-Sandbox
        $before = $env:KUBECONFIG
        $env:KUBECONFIG = Save-Kubeconfig $hanging
        try {
            $null = New-Redis $hanging my-op-redis
            $null = $hanging.Faults.Always((Get-SandboxType Fault)::Hang())
            $started = Start-Script $Script $redis
            Wait-Until { $hanging.Count() -gt 0 }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $started.Shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
            $started.Shell.Streams.Error | Where-Object { $_.FullyQualifiedErrorId -match 'EventRecording' } | Should -BeNullOrEmpty
            $started.Shell.Dispose()
        }
        finally {
            $hanging.Faults.Clear()
            $hanging.DropConnections()
            Sync-KubeEvent -TimeoutSec 20
            $env:KUBECONFIG = $before
            $hanging.Dispose()
        }
    }

    It 'ends at once what waits for the disk of a kubeconfig: <_>' -Skip:$IsWindows -ForEach @(
        'param($object, $disk) $object | Write-KubeEvent Hanging hanging -Kubeconfig $disk'
        'param($object, $disk) Get-KubeEvent -Kubeconfig $disk'
        'param($object, $disk) Get-KubeEvent -Kubeconfig $disk -Context *'
        'param($object, $disk) Sync-KubeEvent -Kubeconfig $disk'
        'param($object, $disk) New-KubeEventRecorder redis-operator -Kubeconfig $disk'
        'param($object, $disk) Invoke-KubeEventStep Hanging -For $object -Kubeconfig $disk { "done" }'
    ) {
        $disk = New-HangingFile
        try {
            $started = Start-Script $_ $redis, $disk.Path
            Wait-Until { Test-Path $disk.Opened }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $started.Shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
            $started.Output | Should -BeNullOrEmpty
            $started.Shell.Streams.Error | Where-Object { $_.FullyQualifiedErrorId -match 'EventRecording' } | Should -BeNullOrEmpty
            $started.Shell.Dispose()
        }
        finally {
            $disk.Process.Kill()
        }
    }
}
