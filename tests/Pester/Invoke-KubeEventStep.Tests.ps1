BeforeAll {
    . "$PSScriptRoot/Support.ps1"

    function Get-StepEvent([string] $Step) {
        Get-KubeEvent -Reason "$Step*" | ForEach-Object { "$($_.Type) $($_.Reason): $($_.Message)" } | Sort-Object -Descending
    }
}

AfterAll {
    Remove-Module EventRecording
}

Describe 'Invoke-KubeEventStep' {
    BeforeAll {
        $sandbox = New-Sandbox
        $env:KUBECONFIG = Save-Kubeconfig $sandbox
        $redis = New-Redis $sandbox my-op-redis
    }

    AfterAll {
        $env:KUBECONFIG = $null
        $sandbox.Dispose()
    }

    It 'records that the step started and completed, and passes on its output' {
        Invoke-KubeEventStep -For $redis -Name Backup { 1; 2; 'three' } | Should -Be 1, 2, three
        Get-StepEvent Backup | Should -Be 'Normal BackupStarted: Backup started', 'Normal BackupCompleted: Backup completed'
        (Get-KubeEvent -Reason Backup*).Source | Sort-Object -Unique | Should -Be 'Invoke-KubeEventStep.Tests'
    }

    It 'records on an object that says neither where it is nor its uid, where it is meant' {
        $bare = @{ apiVersion = $redis.apiVersion; kind = $redis.kind; metadata = @{ name = $redis.metadata.name } }
        Invoke-KubeEventStep -For $bare -Name Bare { }
        Invoke-RestMethod "$($sandbox.Address)api/v1/namespaces" -Method Post -ContentType application/json -Body '{"metadata":{"name":"elsewhere"}}' | Out-Null
        $namesake = New-Redis $sandbox my-op-redis elsewhere
        Invoke-KubeEventStep -For $bare -Namespace elsewhere -Name Elsewhere { }
        $here = Get-KubeEvent -Reason Bare*
        $here.InvolvedObject.Namespace | Should -Be default, default
        $here.InvolvedObject.Uid | Sort-Object -Unique | Should -Be $redis.metadata.uid
        $there = Get-KubeEvent -Namespace elsewhere -Reason Elsewhere*
        $there.InvolvedObject.Namespace | Should -Be elsewhere, elsewhere
        $there.InvolvedObject.Uid | Sort-Object -Unique | Should -Be $namesake.metadata.uid
    }

    It 'counts up the same events each run, and says in an annotation how long the last one took' {
        1..3 | ForEach-Object { Invoke-KubeEventStep Repeated -For $redis { } -Annotation @{ 'example.com/run' = $_ } }
        $events = Get-KubeEvent -Reason Repeated*
        $events | Should -HaveCount 2
        $events | ForEach-Object Count | Should -Be 3, 3
        $completed = $events | Where-Object Reason -EQ RepeatedCompleted
        $completed.Annotations['eventrecording/duration'] | Should -Match '^\d+\.\ds$'
        $completed.Annotations['example.com/run'] | Should -Be 3
        $said = Invoke-KubeEventStep Repeated -For $redis { } -Verbose 4>&1
        "$said" | Should -Match 'The step Repeated took \d+\.\ds\.'
    }

    It 'makes the reasons of any name: <Name>' -ForEach @(
        @{ Name = 'nightly export (eu)'; Reason = 'NightlyExportEu' }
        @{ Name = '备份'; Reason = '备份' }
        @{ Name = '???'; Reason = 'Step' }
    ) {
        Invoke-KubeEventStep $Name -For redis/my-op-redis { }
        Get-StepEvent $Reason | Should -Be "Normal ${Reason}Started: $Name started", "Normal ${Reason}Completed: $Name completed"
    }

    It 'passes the output on as it comes, and is stopped from downstream' {
        $made = [System.Collections.Generic.List[int]]::new()
        Invoke-KubeEventStep Streamed -For $redis { foreach ($i in 1..9) { $made.Add($i); $i } } | Select-Object -First 2 | Should -Be 1, 2
        $made | Should -Be 1, 2
        Sync-KubeEvent
        Get-StepEvent Streamed | Should -Be 'Warning StreamedFailed: Streamed stopped before it was done', 'Normal StreamedStarted: Streamed started'
    }

    It 'saves events and a timeline where the step fails, and only there' {
        $folder = Join-Path $TestDrive 'artifacts'
        { Invoke-KubeEventStep Broken -For redis/my-op-redis -OnFailureSave $folder { Set-Location /; throw 'no space left' } } | Should -Throw 'no space left'
        $saved = Get-ChildItem $folder
        $saved.Name | Should -Match '^BrokenFailed-redis-my-op-redis-\d{8}T\d{9}Z\.(html|ndjson)$'
        $saved | Should -HaveCount 2
        (Import-KubeEvent $folder -Reason Broken*).Reason | Sort-Object | Should -Be BrokenFailed, BrokenStarted
        Get-Content -Raw ($saved | Where-Object Extension -EQ .html) | Should -Match 'no space left'

        Invoke-KubeEventStep Works -For $redis -OnFailureSave (Join-Path $TestDrive 'none') { 1 } | Should -Be 1
        Join-Path $TestDrive 'none' | Should -Not -Exist
    }

    It 'warns where it cannot save, and the error of the step goes on: <Case>' -ForEach @(
        @{ Case = 'a file in the place of the folder'; Save = { $file = Join-Path $TestDrive 'taken'; Set-Content $file x; $file }; Text = 'The events around the failed step Broken could not be saved: *' }
        @{ Case = 'no place for files'; Save = { 'Env:/x' }; Text = 'Nothing will be saved if the step fails: *' }
    ) {
        $place = & $Save
        try {
            Invoke-KubeEventStep Broken -For $redis -OnFailureSave $place { throw 'of the step' } -WarningVariable said -WarningAction SilentlyContinue
        }
        catch {
            $thrown = $_
        }
        "$thrown" | Should -Be 'of the step'
        "$said" | Should -BeLike $Text
    }

    It 'runs the block without a scope of its own' {
        $x = 1
        Invoke-KubeEventStep Scoped -For $redis { $x = 2; $y = 3 }
        $x, $y | Should -Be 2, 3
        'piped' | ForEach-Object { Invoke-KubeEventStep Scoped -For $redis { "$_ $x" } } | Should -Be 'piped 2'
    }

    It 'runs the block in the module that it is from' {
        $module = New-Module { function Get-Inner { 'inner' }; function Invoke-Outer($Redis) { Invoke-KubeEventStep Modular -For $Redis { Get-Inner } } ; Export-ModuleMember Invoke-Outer }
        & { Import-Module $module; Invoke-Outer $redis } | Should -Be inner
        Remove-Module $module
    }

    It 'records the error of a step that fails, and lets it go on as it was: <Case>' -ForEach @(
        @{ Case = 'throw'; Block = { throw 'disk full' }; Id = 'disk full'; Text = 'disk full'; Type = 'System.Management.Automation.RuntimeException' }
        @{ Case = 'a cmdlet'; Block = { Get-Item /nowhere -ErrorAction Stop }; Id = 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand'; Text = '*/nowhere*'; Type = 'System.Management.Automation.ItemNotFoundException' }
        @{ Case = 'a method'; Block = { [int]::Parse('x') }; Id = 'FormatException*'; Text = '*''x''*'; Type = 'System.FormatException' }
        @{ Case = 'an exception'; Block = { throw [System.TimeoutException]'too late' }; Id = 'too late'; Text = 'too late'; Type = 'System.TimeoutException' }
        @{ Case = 'a preference'; Block = { $ErrorActionPreference = 'Stop'; Write-Error 'not so' }; Id = 'Microsoft.PowerShell.Commands.WriteErrorException*'; Text = 'not so'; Type = 'Microsoft.PowerShell.Commands.WriteErrorException' }
    ) {
        $step = "Fails$($Case -replace '\W')"
        $caught = $null
        try {
            & { Invoke-KubeEventStep $step -For $redis $Block }
        }
        catch {
            $caught = $_
        }
        $caught.FullyQualifiedErrorId | Should -BeLike $Id
        "$caught" | Should -BeLike $Text
        $caught.Exception, $caught.Exception.InnerException | Where-Object { $_ } | ForEach-Object { $_.GetType().FullName } | Should -Contain $Type
        (Get-StepEvent $step)[0] | Should -BeLike "Warning ${step}Failed: $step failed: $Text"
    }

    It 'is caught by type and by trap' {
        $how = try { Invoke-KubeEventStep Typed -For $redis { [int]::Parse('x') } } catch [System.FormatException] { 'by type' }
        $how | Should -Be 'by type'
        & {
            trap { "trapped $_"; continue }
            Invoke-KubeEventStep Trapped -For $redis { throw 'into the trap' }
            'after'
        } | Should -Be 'trapped into the trap', 'after'
    }

    It 'lets errors that do not end it be merged into the output' {
        # The suite runs with Stop.
        $ErrorActionPreference = 'Continue'
        $all = Invoke-KubeEventStep Merged -For $redis { Write-Error 'not so bad'; 'after' } 2>&1
        $all | Should -Be 'not so bad', 'after'
        $all[0] | Should -BeOfType System.Management.Automation.ErrorRecord
    }

    It 'goes on after an error that does not end it, as the block would' {
        # The suite runs with Stop.
        $ErrorActionPreference = 'Continue'
        Invoke-KubeEventStep Continued -For $redis { Write-Error 'not so bad'; 'after' } -ErrorVariable problems 2> $null | Should -Be after
        "$problems" | Should -Be 'not so bad'
        (Get-StepEvent Continued)[-1] | Should -BeLike 'Normal ContinuedCompleted: *'
    }

    It 'passes -ErrorAction to a block from elsewhere where a module calls it' {
        $before = $ErrorActionPreference
        $wrapper = New-Module { function Invoke-Wrapped([object] $For, [string] $Name, [string] $Action, [scriptblock] $Block) { Invoke-KubeEventStep $Name -For $For -ErrorAction $Action $Block } }
        try {
            { Invoke-Wrapped $redis Wrapped Stop { Get-Item /nowhere/at/all; 'after' } } | Should -Throw '*nowhere*'
            (Get-StepEvent Wrapped)[0] | Should -BeLike 'Warning WrappedFailed: *'
            $Error.Clear()
            Invoke-Wrapped $redis Ignoring Ignore { Get-Item /nowhere/at/all; 'after' } | Should -Be after
            $Error | Should -HaveCount 0
            $ErrorActionPreference | Should -Be $before
        }
        finally {
            $wrapper | Remove-Module
        }
    }

    It 'fails with the first error where it is given -ErrorAction Stop, and leaves the preference as it was' {
        $ErrorActionPreference = 'Continue'
        { Invoke-KubeEventStep Strict -For $redis -ErrorAction Stop { Write-Error 'not so'; 'after' } } | Should -Throw 'not so'
        (Get-StepEvent Strict)[0] | Should -BeLike 'Warning StrictFailed: *: not so'
        $ErrorActionPreference | Should -Be Continue
        { Invoke-KubeEventStep Mistyped -For $redis -ErrorAction Stop { Backup-Nothing } } | Should -Throw '*Backup-Nothing*'
        (Get-StepEvent Mistyped)[0] | Should -BeLike 'Warning MistypedFailed: *Backup-Nothing*'
    }

    It 'leaves a module from which the block is to follow the preference of its callers, unless it has one of its own' {
        $module = New-Module { function Get-Block { { Write-Error 'of the module' } }; function Get-Preference { "$ErrorActionPreference" }; function Set-Own { $script:ErrorActionPreference = 'Ignore' } }
        $before = $global:ErrorActionPreference
        try {
            { Invoke-KubeEventStep Foreign -For $redis -ErrorAction Stop (Get-Block) } | Should -Throw 'of the module'
            foreach ($preference in 'SilentlyContinue', 'Inquire') {
                $global:ErrorActionPreference = $preference
                Get-Preference | Should -Be $preference
            }
            Set-Own
            { Invoke-KubeEventStep Foreign -For $redis -ErrorAction Stop (Get-Block) } | Should -Throw 'of the module'
            Get-Preference | Should -Be Ignore
        }
        finally {
            $global:ErrorActionPreference = $before
            $module | Remove-Module
        }
    }

    It 'leaves <Case> the preference of its callers' -ForEach @(
        @{ Case = 'a function'; Test = { function Test-Plain { try { Invoke-KubeEventStep Plain -For $redis -ErrorAction Stop { Write-Error no } } catch { "$ErrorActionPreference" } }; Test-Plain } }
        @{ Case = 'an advanced function'; Test = { function Test-Advanced { [CmdletBinding()] param(); try { Invoke-KubeEventStep Advanced -For $redis -ErrorAction Stop { Write-Error no } } catch { "$ErrorActionPreference" } }; Test-Advanced } }
        @{ Case = 'a function that sets it later'; Test = { function Test-Setter { try { Invoke-KubeEventStep Setter -For $redis -ErrorAction Stop { Write-Error no } } catch { "$ErrorActionPreference" }; $ErrorActionPreference = 'Ignore' }; Test-Setter } }
    ) {
        $ErrorActionPreference = 'SilentlyContinue'
        & $Test | Should -Be SilentlyContinue
    }

    It 'goes on after errors with -ErrorAction Continue where the script stops at them, and keeps a preference that the block sets' {
        $ErrorActionPreference = 'Stop'
        Invoke-KubeEventStep Lenient -For $redis -ErrorAction Continue { Write-Error 'not so'; 'after' } 2> $null | Should -Be after
        $ErrorActionPreference | Should -Be Stop
        Invoke-KubeEventStep Setting -For $redis -ErrorAction Continue { $ErrorActionPreference = 'SilentlyContinue' }
        $ErrorActionPreference | Should -Be SilentlyContinue
    }

    It 'is completed when it is left with <Case>' -ForEach @(
        @{ Case = 'return'; Block = { foreach ($i in 1..3) { Invoke-KubeEventStep LeftByreturn -For $redis { if ($i -eq 2) { return 'r' }; $i } } }; Expected = 1, 'r', 3 }
        @{ Case = 'continue'; Block = { foreach ($i in 1..3) { Invoke-KubeEventStep LeftBycontinue -For $redis { if ($i -eq 2) { continue }; $i } } }; Expected = 1, 3 }
        @{ Case = 'break'; Block = { foreach ($i in 1..3) { Invoke-KubeEventStep LeftBybreak -For $redis { if ($i -eq 2) { break }; $i } } }; Expected = @(1) }
    ) {
        & $Block | Should -Be $Expected
        (Get-KubeEvent -Reason "LeftBy${Case}Started").Count | Should -Be (Get-KubeEvent -Reason "LeftBy${Case}Completed" | Measure-Object Count -Sum).Sum
        Get-KubeEvent -Reason "LeftBy${Case}Failed" | Should -BeNullOrEmpty
    }

    It 'records the end of a script that exits with <Code>' -ForEach @(@{ Code = 0; Reason = 'Exits0Completed' }, @{ Code = 3; Reason = 'Exits3Failed' }) {
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script "Invoke-KubeEventStep Exits$Code -For redis/my-op-redis { 'out'; exit $Code }; 'never'"
        $run.ExitCode | Should -Be $Code
        $run.Output | Should -Be out
        Get-KubeEvent -Reason $Reason | Should -HaveCount 1
    }

    It 'can be nested' {
        Invoke-KubeEventStep Outer -For $redis { 'before'; Invoke-KubeEventStep Inner -For redis/my-op-redis { 'within' }; 'after' } | Should -Be before, within, after
        try { Invoke-KubeEventStep OuterTwo -For $redis { Invoke-KubeEventStep InnerTwo -For $redis { throw 'deep' } } } catch { "$_" | Should -Be deep }
        (Get-StepEvent InnerTwo)[0], (Get-StepEvent OuterTwo)[0] | Should -BeLike 'Warning *TwoFailed: * failed: deep'
    }

    It 'records on the object that the step deletes, and on the one that it creates' {
        $gone = New-Redis $sandbox gone
        Invoke-KubeEventStep Deletion -For redis/gone { $null = Invoke-WebRequest -Method Delete "$($sandbox.Address)apis/cache.example.com/v1/namespaces/default/redises/gone" }
        (Get-KubeEvent -Reason DeletionCompleted).InvolvedObject.Uid | Should -Be $gone.metadata.uid
        # Whether it is there in time to record that the step started is a matter of luck.
        Invoke-KubeEventStep Creation -For redis/made { $null = New-Redis $sandbox made } -WarningAction SilentlyContinue
        (Get-KubeEvent -Reason CreationCompleted).InvolvedObject.Name | Should -Be made
    }

    It 'takes objects, annotations, a component and a namespace' {
        $null = New-Redis $sandbox elsewhere shop
        Invoke-KubeEventStep Full -For redis/elsewhere -Namespace shop -Component ops -Annotation @{ 'example.com/n' = 3 } -Verbose { } 4>&1 | Should -BeLike '*'
        $events = Get-KubeEvent -Namespace shop -Reason Full*
        $events | Should -HaveCount 2
        $events.Source | Sort-Object -Unique | Should -Be ops
        $events.ForEach{ $_.Annotations['example.com/n'] } | Should -Be '3', '3'
    }

    It 'does not wait with -NoWait; Sync-KubeEvent does, and reports what failed' {
        Invoke-KubeEventStep Later -For redis/my-op-redis -NoWait { }
        (Sync-KubeEvent -PassThru).Written | Should -Be 2
        Get-StepEvent Later | Should -HaveCount 2
        Invoke-KubeEventStep Later -For redis/nowhere -NoWait { 'runs' } | Should -Be runs
        (Sync-KubeEvent -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue).Failed | Should -Be 2
        $problems.FullyQualifiedErrorId | Should -BeLike 'ObjectNotFound,*'
    }

    It 'neither records nor runs with -WhatIf, nor within a script that has it' {
        Invoke-KubeEventStep WhatIf -For $redis { 'ran' } -WhatIf | Should -BeNullOrEmpty
        $WhatIfPreference = $true
        Invoke-KubeEventStep WhatIf -For $redis { 'ran' } | Should -BeNullOrEmpty
        $WhatIfPreference = $false
        Get-KubeEvent -Reason WhatIf* | Should -BeNullOrEmpty
    }

    It 'says when it was stopped, and stops at once' {
        $started = Start-Script 'param($object) Invoke-KubeEventStep Interrupted -For $object { "begun"; Start-Sleep 60; "never" }' $redis
        Wait-Until { $started.Output.Count -gt 0 }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $started.Shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        $started.Shell.Dispose()
        Sync-KubeEvent
        Get-StepEvent Interrupted | Should -Be 'Warning InterruptedFailed: Interrupted stopped before it was done', 'Normal InterruptedStarted: Interrupted started'
    }
}

Describe 'Invoke-KubeEventStep, when nothing can be recorded' {
    AfterEach {
        $env:KUBECONFIG = $null
    }

    It 'runs the step without a cluster, whatever the preferences are, and warns' {
        $env:KUBECONFIG = Join-Path $TestDrive 'none'
        $ErrorActionPreference = 'Stop'
        Invoke-KubeEventStep Alone -For redis/my-op-redis { 'ran' } -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be ran
        "$warnings" | Should -BeLike 'The step Alone is not recorded. No cluster is configured*'
        $WarningPreference = 'Stop'
        Invoke-KubeEventStep Alone -For redis/my-op-redis { 'ran' } | Should -Be ran
    }

    It 'runs the step on an object that none can be made of' {
        $sandbox = New-Sandbox
        $env:KUBECONFIG = Save-Kubeconfig $sandbox
        Invoke-KubeEventStep Odd -For ([pscustomobject]@{ kind = 'Pod' }) { 'ran' } -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be ran
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike 'Not recorded on the given object: Normal OddStarted*So it is with 2 events of the step Odd.'
        $sandbox.Dispose()
    }

    It 'begins the step at once in an outage, and the error of the step is what the caller sees' {
        $sandbox = New-Sandbox
        $env:KUBECONFIG = Save-Kubeconfig $sandbox
        $redis = New-Redis $sandbox my-op-redis
        $sandbox.RefuseConnections()
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        { Invoke-KubeEventStep Outage -For $redis -TimeoutSec 1 -WarningVariable script:warnings -WarningAction SilentlyContinue { $script:begun = $watch.Elapsed; throw 'disk full' } } | Should -Throw 'disk full'
        $script:begun.TotalSeconds | Should -BeLessThan 1
        $script:warnings | Should -HaveCount 1
        $sandbox.Dispose()
    }
}
