BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    $redis = New-Redis $sandbox my-op-redis
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Write-KubeEvent' {
    It 'tells what it had not told when its first error ended the pipeline, or somebody downstream did' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        try {
            $many = 1..5 | ForEach-Object { @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = "p$_"; namespace = 'default'; uid = "$_" } } }
            { $many | Write-KubeEvent Refused refused -ErrorAction Stop } | Should -Throw '*exceeded quota*'
            (Sync-KubeEvent -PassThru -ErrorAction SilentlyContinue -ErrorVariable untold).Failed | Should -Be 4
            $untold | Should -HaveCount 4
            $many | Write-KubeEvent Refused again -NoWait
            { Sync-KubeEvent -ErrorAction Stop } | Should -Throw '*exceeded quota*'
            (Sync-KubeEvent -PassThru -ErrorAction SilentlyContinue).Failed | Should -Be 4
        }
        finally {
            $sandbox.Faults.Clear()
        }
        (Sync-KubeEvent -PassThru).Failed | Should -Be 0
    }

    It 'records on all that are given at once although the first ends the pipeline' {
        $whole = New-Redis $sandbox at-once-a
        $null = New-Redis $sandbox at-once-b
        foreach ($bad in 'nokind/x', @{ apiVersion = 'v1' }) {
            { Write-KubeEvent AtOnce "not on $bad" -For $bad, $whole, redis/at-once-b, redis/at-once-c -ErrorAction Stop } | Should -Throw
            { Sync-KubeEvent -ErrorAction Stop } | Should -Throw '*at-once-c*not found*'
        }
        (Get-KubeEvent -Reason AtOnce).InvolvedObject.Name | Sort-Object | Should -Be at-once-a, at-once-a, at-once-b, at-once-b
    }

    It 'compares an object, a hashtable or a list given to -OnChange by what it holds' {
        $status = [ordered]@{ phase = 'Running'; conditions = @(@{ type = 'Ready'; status = 'True' }) }
        foreach ($given in { $status }, { [pscustomobject]$status }, { , @($status.phase, 'x') }) {
            $status.phase = 'Running'
            $reason = "Status$([guid]::NewGuid().ToString('N').Substring(0, 8))"
            ($redis | Write-KubeEvent $reason status -OnChange (& $given)).Outcome | Should -Be Created
            $redis | Write-KubeEvent $reason status -OnChange (& $given) | Should -BeNullOrEmpty
            $status.phase = 'Failed'
            ($redis | Write-KubeEvent $reason status -OnChange (& $given)).Outcome | Should -Be Counted
        }
    }

    It 'makes text of annotations that are lists or objects' {
        $written = $redis | Write-KubeEvent Annotated annotated -Annotation @{ list = 'a', 'b'; bytes = [byte[]](1, 2); table = @{ b = 2; a = 1 } }
        $written.Annotations['list'], $written.Annotations['bytes'], $written.Annotations['table'] | Should -Be 'a b', '1 2', '{"a":1,"b":2}'
    }

    It 'takes a recorder beside defaults that are for other calls' {
        $recorder = New-KubeEventRecorder ops
        $PSDefaultParameterValues = @{ '*-KubeEvent*:Kubeconfig' = $env:KUBECONFIG; 'Write-KubeEvent:Component' = 'other' }
        $redis | Write-KubeEvent Defaulted defaulted -Recorder $recorder
        $recorder.Flush().IsComplete | Should -BeTrue
        $recorder.Dispose()
        (Get-KubeEvent -Reason Defaulted).Source | Should -Be ops
    }

    It 'says in a dry run, too, what can only be an error' {
        'cm/*' | Write-KubeEvent Dry dry -WhatIf -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'ObjectNotReferable,*'
    }

    It 'takes how long events live with -EventTimeToLive, or from EVENTRECORDING_EVENT_TTL, as people write it' {
        $spool = Join-Path $TestDrive "$([guid]::NewGuid())"
        $sandbox = New-Sandbox
        try {
            $kubeconfig = Save-Kubeconfig $sandbox
            $redis = New-Redis $sandbox my-op-redis
            $given = @{ Kubeconfig = $kubeconfig; SpoolPath = $spool; Reason = 'Lived'; Message = 'lived' }
            ($redis | Write-KubeEvent @given -EventTimeToLive 10m).Outcome | Should -Be Created
            ($redis | Write-KubeEvent @given -EventTimeToLive ([timespan]'0:10:00')).Outcome | Should -Be Counted
            # The mark on the event says for how long it is kept: the time to live, and what a write and clocks may take.
            $mark = (Get-KubeEvent -Kubeconfig $kubeconfig -Reason Lived).Annotations.Values -match '^\d+ \S+ \d+$'
            [int]($mark[0] -split ' ')[2] | Should -Be (10 * 60 + 25 * 60)
            { $redis | Write-KubeEvent @given -EventTimeToLive 8d -ErrorAction Stop } | Should -Throw -ErrorId 'ArgumentNotValid,*' -ExpectedMessage '-EventTimeToLive is 8.*at most 7 days*'
            { $redis | Write-KubeEvent @given -EventTimeToLive soon } | Should -Throw '*no length of time*'
            $env:EVENTRECORDING_EVENT_TTL = 'soon'
            { $redis | Write-KubeEvent @given -ErrorAction Stop } | Should -Throw -ErrorId 'ArgumentNotValid,*' -ExpectedMessage '*no length of time*'
        }
        finally {
            $env:EVENTRECORDING_EVENT_TTL = $null
            $sandbox.Dispose()
        }
    }

    It 'emits the event as the server has it, with its outcome' {
        $first = $redis | Write-KubeEvent ScaledUp '3 replicas'
        $first | Should -BeOfType 'EventRecording.KubeEvent'
        $first.Outcome | Should -Be 'Created'
        $first.Uid | Should -Not -BeNullOrEmpty
        $first.InvolvedObject.Uid | Should -Be $redis.metadata.uid

        $second = $redis | Write-KubeEvent -Reason ScaledUp -Message '3 replicas'
        $second.Outcome | Should -Be 'Counted'
        $second.Count | Should -Be 2
        $first.Outcome | Should -Be 'Created'
    }

    It 'records on change only what differs from the last value, and says so at -Verbose' {
        ($redis | Write-KubeEvent PhaseChanged 'phase is Pending' -OnChange Pending).Outcome | Should -Be 'Created'
        $redis | Write-KubeEvent PhaseChanged 'phase is Pending' -OnChange Pending | Should -BeNullOrEmpty
        $said = $redis | Write-KubeEvent PhaseChanged 'phase is Pending' -OnChange Pending -Verbose 4>&1
        $said[-1] | Should -BeLike 'Unchanged on redis/my-op-redis in namespace default: Normal PhaseChanged: phase is Pending. The value was last recorded * ago.'

        $changed = $redis | Write-KubeEvent PhaseChanged 'phase is Failed' -Type Warning -OnChange Failed
        $changed.Outcome, $changed.Type, $changed.Message | Should -Be 'Counted', 'Warning', 'phase is Failed'
        (Get-KubeEvent -Reason PhaseChanged).Count | Should -Be 2
    }

    It 'records on change from a process that knows nothing of the last one' {
        $null = $redis | Write-KubeEvent ImageChanged 'the image changed' -Component ops -OnChange redis:7
        foreach ($image in 'redis:7', 'redis:8') {
            & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command @"
                Import-Module '$ModulePath'
                (Write-KubeEvent ImageChanged 'the image changed' -For redis/my-op-redis -Component ops -OnChange $image).Outcome
"@ | Should -Be $(if ($image -eq 'redis:8') { 'Counted' })
        }
    }

    It 'takes $null and an empty text for a value' {
        $redis | Write-KubeEvent OwnerChanged 'no owner' -OnChange $null | Should -Not -BeNullOrEmpty
        $redis | Write-KubeEvent OwnerChanged 'no owner' -OnChange '' | Should -BeNullOrEmpty
    }

    It 'gives repeats in one pipeline each their own outcome' {
        ($redis, $redis, $redis | Write-KubeEvent Repeated again).Outcome | Sort-Object | Should -Be Created, Counted, Counted
        (Get-KubeEvent -Reason Repeated).Count | Should -Be 3
    }

    It 'takes <_>' -ForEach @(
        'a hashtable', 'a hashtable from JSON', 'an ordered dictionary', 'an ObjectReference', 'an event', 'a class like those of KubernetesClient'
    ) {
        $case = $_
        $given = switch ($case) {
            'a hashtable' { @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'web-0'; namespace = 'shop'; uid = 'u1' } } }
            'a hashtable from JSON' { '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-0","namespace":"shop","uid":"u1"}}' | ConvertFrom-Json -AsHashtable }
            'an ordered dictionary' { [ordered]@{ ApiVersion = 'v1'; Kind = 'Pod'; Metadata = [ordered]@{ Name = 'web-0'; Namespace = 'shop'; Uid = 'u1' } } }
            'an ObjectReference' { [EventRecording.ObjectReference]@{ ApiVersion = 'v1'; Kind = 'Pod'; Name = 'web-0'; Namespace = 'shop'; Uid = 'u1' } }
            'an event' { @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'web-0'; namespace = 'shop'; uid = 'u1' } } | Write-KubeEvent Before before }
            default {
                if (-not ('PesterModels.V1Pod' -as [type])) {
                    Add-Type @'
namespace PesterModels
{
    public class KubernetesEntityAttribute : System.Attribute { public string Group { get; set; } public string ApiVersion { get; set; } public string Kind { get; set; } }
    public class V1ObjectMeta { public string Name { get; set; } public string NamespaceProperty { get; set; } public string Uid { get; set; } }
    [KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Pod")]
    public class V1Pod { public string ApiVersion { get; set; } public string Kind { get; set; } public V1ObjectMeta Metadata { get; set; } }
}
'@
                }
                [PesterModels.V1Pod]@{ Metadata = [PesterModels.V1ObjectMeta]@{ Name = 'web-0'; NamespaceProperty = 'shop'; Uid = 'u1' } }
            }
        }
        $written = $given | Write-KubeEvent Taken $case
        $written.InvolvedObject.ToString() | Should -Be 'pod/web-0'
        $written.InvolvedObject.ApiVersion | Should -Be 'v1'
        $written.InvolvedObject.Uid | Should -Be 'u1'
        $written.Namespace | Should -Be 'shop'
    }

    It 'records on each item of a list, as kubectl get gives it' {
        $null = New-Redis $sandbox in-list-a; $null = New-Redis $sandbox in-list-b
        $uri = "$($sandbox.Address)apis/cache.example.com/v1/namespaces/default/redises"
        $list = (Invoke-WebRequest $uri).Content | ConvertFrom-Json
        $list.kind | Should -Be 'RedisList'
        $written = $list | Write-KubeEvent Listed listed
        $written.InvolvedObject.Name | Should -Be $list.items.metadata.name
        $written.Count | Should -BeGreaterThan 2
    }

    It 'records on each item of a list of hashtables that comes out of a job' {
        $list = @{ apiVersion = 'v1'; kind = 'List'; items = 1, 2 | ForEach-Object { @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = "job-$_"; namespace = 'default'; uid = "job-$_" } } } }
        $received = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($list, 10))
        ($received | Write-KubeEvent OutOfAJob m).InvolvedObject.Name | Should -Be job-1, job-2
    }

    It 'records on objects by name' {
        $written = Write-KubeEvent -For redis/my-op-redis, rd/my-op-redis -Reason Named -Message named
        $written.Outcome | Sort-Object | Should -Be Created, Counted
        $written[0].InvolvedObject.Uid | Should -Be $redis.metadata.uid
        $null = New-Redis $sandbox elsewhere shop
        (Write-KubeEvent -For redis/elsewhere -Namespace shop -Reason Named -Message named).Namespace | Should -Be 'shop'
    }

    It 'keeps the order of the pipeline over many objects, of which only some are in flight' {
        $ahead = @{ Begun = 0; Done = 0; Most = 0 }
        $names = 1..10000 | ForEach-Object { "bulk-$_" }
        $written = $names | ForEach-Object {
            $ahead.Begun++
            @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = $_; namespace = 'default' } }
        } | Write-KubeEvent Bulk bulk | ForEach-Object {
            $ahead.Done++
            $ahead.Most = [Math]::Max($ahead.Most, $ahead.Begun - $ahead.Done)
            $_.InvolvedObject.Name
        }
        Compare-Object $written $names -SyncWindow 0 | Should -BeNullOrEmpty
        $ahead.Most | Should -BeGreaterThan 16
        $ahead.Most | Should -BeLessThan 1000
    }

    It 'takes rows with Kind, Name and Namespace, as of a CSV file' {
        $null = New-Redis $sandbox in-csv-a; $null = New-Redis $sandbox in-csv-b shop
        $rows = @'
Kind,Name,Namespace,ApiVersion,Owner
redis,in-csv-a,,,jane
rd,in-csv-b,shop,,joe
Redis,in-csv-a,default,cache.example.com/v1,jane
redis,gone,,,jane
'@ | ConvertFrom-Csv
        $written = $rows | Write-KubeEvent FromRow row -ErrorVariable problems -ErrorAction SilentlyContinue
        $written.ForEach{ "$($_.Namespace) $($_.InvolvedObject)" } | Should -Be 'default redis/in-csv-a', 'shop redis/in-csv-b', 'default redis/in-csv-a'
        $written[0].InvolvedObject.Uid | Should -Not -BeNullOrEmpty
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'ObjectNotFound,*'
        $problems[0].TargetObject.Name | Should -Be gone
    }

    It 'formats the message only with -ArgumentList' {
        ($redis | Write-KubeEvent Plain '100 % of {0} {x').Message | Should -BeExactly '100 % of {0} {x'
        ($redis | Write-KubeEvent Formatted '{0:0.0} of {1}' -ArgumentList 1.25, (Write-Output three)).Message | Should -BeExactly '1.3 of three'
        { $redis | Write-KubeEvent Formatted '{7}' -ArgumentList 1 -ErrorAction Stop } | Should -Throw -ErrorId 'ArgumentNotValid,EventRecording.PowerShell.WriteKubeEventCommand'
    }

    It 'takes one object as -Related' {
        { $redis | Write-KubeEvent Full full -Related @{ apiVersion = 'v1'; kind = 'List'; items = @($redis, $redis) } -ErrorAction Stop } | Should -Throw '*-Related names one object*' -ErrorId 'ArgumentNotValid,*'
    }

    It 'puts all that is given on the event' {
        $at = [datetime]::new(2026, 11, 20, 12, 0, 0, [DateTimeKind]::Utc)
        $written = $redis | Write-KubeEvent Full full -Type warning -Action Scale -Related @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'web-0'; namespace = 'default' } } `
            -Annotation @{ 'example.com/n' = 3; 'example.com/none' = $null } -Label @{ team = 'shop' } -Component ops -HostName node-1 -Instance ops-0 `
            -FieldPath 'spec.replicas' -FirstTimestamp $at.AddHours(-1) -Timestamp $at
        $written.Type | Should -BeExactly 'Warning'
        $written.Action | Should -Be 'Scale'
        $written.Related.Name | Should -Be 'web-0'
        $written.Annotations['example.com/n'] | Should -BeExactly '3'
        $written.Annotations['example.com/none'] | Should -BeExactly ''
        $written.Labels['team'] | Should -Be 'shop'
        $written.Source | Should -Be 'ops'
        $written.SourceHost | Should -Be 'node-1'
        $written.ReportingInstance | Should -Be 'ops-0'
        $written.InvolvedObject.FieldPath | Should -Be 'spec.replicas'
        $written.FirstSeen.UtcDateTime | Should -Be $at.AddHours(-1)
        $written.LastSeen.UtcDateTime | Should -Be $at
    }

    It 'takes a time as how long ago' {
        $written = $redis | Write-KubeEvent Ago ago -Timestamp 90m
        ([DateTimeOffset]::UtcNow - $written.LastSeen).TotalMinutes | Should -BeGreaterThan 89
        ([DateTimeOffset]::UtcNow - $written.LastSeen).TotalMinutes | Should -BeLessThan 95
    }

    It 'records in the name of the script that calls it: <Case>' -ForEach @(
        @{ Case = 'called'; File = 'scale-redis.ps1'; Component = 'scale-redis'; Call = { & $args[0] $args[1] } }
        @{ Case = 'dot-sourced'; File = 'scale-redis.ps1'; Component = 'scale-redis'; Call = { . $args[0] $args[1] } }
        @{ Case = 'blanks and signs'; File = 'Scale Redis (prod).ps1'; Component = 'Scale-Redis-prod'; Call = { & $args[0] $args[1] } }
        @{ Case = 'letters of other scripts'; File = '扩容-redis.ps1'; Component = 'redis'; Call = { & $args[0] $args[1] } }
        @{ Case = 'nothing but letters of other scripts'; File = '扩容.ps1'; Component = 'pwsh'; Call = { & $args[0] $args[1] } }
        @{ Case = 'within a pipeline'; File = 'in-pipeline.ps1'; Component = 'in-pipeline'; Call = { $args[1] | & $args[0] } }
    ) {
        $script = Join-Path $TestDrive $File
        Set-Content -LiteralPath $script -Value 'param([Parameter(ValueFromPipeline)] $object) process { $object | Write-KubeEvent FromScript script }'
        (& $Call $script $redis).Source | Should -BeExactly $Component
    }

    It 'records in the name of the module whose function calls it' {
        $module = Join-Path $TestDrive 'RedisOps.psm1'
        Set-Content -LiteralPath $module -Value 'function Resize-Redis($Redis) { $Redis | Write-KubeEvent FromModule module }'
        Import-Module $module
        try {
            (Resize-Redis $redis).Source | Should -BeExactly 'RedisOps'
        }
        finally {
            Remove-Module RedisOps
        }
    }

    It 'records in the name of the script that pwsh is given with -File, and of pwsh with -Command' {
        $script = Join-Path $TestDrive 'nightly job.ps1'
        Set-Content -LiteralPath $script -Value "Import-Module '$ModulePath'; (Write-KubeEvent -For redis/my-op-redis -Reason FromFile -Message file).Source"
        $pwsh = (Get-Process -Id $PID).Path
        & $pwsh -NoProfile -File $script | Should -BeExactly 'nightly-job'
        & $pwsh -NoProfile -Command "Import-Module '$ModulePath'; (Write-KubeEvent -For redis/my-op-redis -Reason FromFile -Message file).Source" | Should -BeExactly 'pwsh'
    }

    It 'records in the name of pwsh at the prompt' {
        $started = Start-Script 'param($object) $object | Write-KubeEvent FromPrompt prompt' $redis
        $started.Shell.EndInvoke($started.Run)
        $started.Shell.Dispose()
        $started.Output[0].Source | Should -BeExactly 'pwsh'
    }

    It 'advises against the reason <_>, once, and records it all the same' -ForEach 'backup done', 'Failure' {
        $written = $redis | Write-KubeEvent $_ advised -WarningVariable warnings -WarningAction SilentlyContinue
        $written.Reason | Should -BeExactly $_
        "$warnings" | Should -BeLike "The reason '$_' *people filter and alert by it*"
        $null = $redis | Write-KubeEvent $_ advised -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
    }

    It 'has nothing against the reason <_>' -ForEach 'ScaledUp', '扩容', 'OOMKilling' {
        $null = $redis | Write-KubeEvent $_ fine -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
    }

    It 'records nothing with -WhatIf' {
        $redis | Write-KubeEvent WhatIf nothing -WhatIf | Should -BeNullOrEmpty
        Get-KubeEvent -Reason WhatIf | Should -BeNullOrEmpty
    }

    It 'asks for a reason and a message, and knows two types' {
        (Get-Command Write-KubeEvent).Parameters.Values.Where{ $_.Attributes.Mandatory -contains $true }.Name | Sort-Object | Should -Be For, InputObject, Message, Reason
        { $redis | Write-KubeEvent Typed typed -Type Error } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}

Describe 'Write-KubeEvent, when something is wrong' {
    It 'reports one bad object and goes on with the others' {
        $good = @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'good'; namespace = 'default' } }
        $bad = [pscustomobject]@{ kind = 'Pod'; metadata = @{ name = 'bad' } }
        $written = $good, $bad, $redis | Write-KubeEvent Mixed mixed -ErrorVariable problems -ErrorAction SilentlyContinue
        $written.InvolvedObject.Name | Should -Be good, my-op-redis
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'ObjectNotReferable,EventRecording.PowerShell.WriteKubeEventCommand'
        $problems[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $problems[0].TargetObject | Should -Be $bad
        "$($problems[0])" | Should -BeLike 'Not recorded on the given object: Normal Mixed: mixed. *has no apiVersion*'
    }

    It 'goes on behind a null in a list, and behind an object whose property throws' {
        $list = [pscustomobject]@{ kind = 'List'; items = @($null, $redis) }
        $thrower = [pscustomobject]@{ apiVersion = 'v1' } | Add-Member ScriptProperty kind { throw 'no kind today' } -PassThru
        $written = $list, $thrower, $redis | Write-KubeEvent Mixed2 mixed -ErrorVariable problems -ErrorAction SilentlyContinue
        $written | Should -HaveCount 2
        $problems.FullyQualifiedErrorId | Should -Be (, 'ObjectNotReferable,EventRecording.PowerShell.WriteKubeEventCommand' * 2)
        "$($problems[0])" | Should -BeLike '*An item of the list is null.'
        "$($problems[1])" | Should -BeLike '*has no kind*'
    }

    It 'says which object is not there' {
        Write-KubeEvent -For redis/gone -Reason Lost -Message lost -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -Be 'ObjectNotFound,EventRecording.PowerShell.WriteKubeEventCommand'
        $problems[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'says that no cluster is configured, how to configure one, and where the sandbox is' {
        $configured = $env:KUBECONFIG
        try {
            $env:KUBECONFIG = Join-Path $TestDrive 'none'
            $problem = { $redis | Write-KubeEvent Lost lost } | Should -Throw -ErrorId 'ClusterNotConfigured,EventRecording.PowerShell.WriteKubeEventCommand' -PassThru
            $problem.CategoryInfo.Category | Should -Be 'ResourceUnavailable'
            "$problem" | Should -Match 'KUBECONFIG'
            "$problem" | Should -Match '-Kubeconfig'
            "$problem" | Should -Match 'Start-KubeEventSandbox'
        }
        finally {
            $env:KUBECONFIG = $configured
        }
    }

    It 'goes on where -ErrorAction says so although there is no cluster: <What>' -ForEach @(
        @{ What = 'no kubeconfig'; Given = @{ Kubeconfig = 'none' } }
        @{ What = 'an empty one'; Given = @{ Kubeconfig = 'empty' } }
        @{ What = 'no such context'; Given = @{ Context = 'nope' } }
    ) {
        Set-Content -LiteralPath (Join-Path $TestDrive empty) ''
        $given = $Given.Clone()
        if ($given.Kubeconfig) {
            $given.Kubeconfig = Join-Path $TestDrive $given.Kubeconfig
        }
        $matters = {
            $ErrorActionPreference = 'Stop'
            try { throw 'disk full' }
            catch {
                $redis, $redis | Write-KubeEvent BackupFailed "$_" @given -ErrorAction Continue 2>&1 | Out-Null
                throw
            }
        }
        $matters | Should -Throw 'disk full'
        $redis, $redis | Write-KubeEvent BackupFailed failed @given -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems | Should -HaveCount 1
        { $redis | Write-KubeEvent BackupFailed failed @given -ErrorAction Stop } | Should -Throw
    }

    It 'is one error where the lines of <_> are piped instead of objects' -ForEach 'JSON', 'YAML' {
        $lines = $_ -eq 'JSON' ? (($redis | ConvertTo-Json -Depth 9) -split '\r?\n') : @('---', 'apiVersion: v1', 'items:', '- apiVersion: v1', '  kind: Redis', 'kind: List', 'metadata:', '  resourceVersion: ""')
        $lines | Write-KubeEvent Piped lines -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems | Should -HaveCount 1
        "$problems" | Should -BeLike "*This is a line of text and no object: pipe 'kubectl get -o json | ConvertFrom-Json'*"
        $lines + $redis | Write-KubeEvent Piped lines -ErrorAction SilentlyContinue | Should -HaveCount 1
        $lines | Get-KubeEvent -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems | Should -HaveCount 1
    }

    It 'looks up the uid of an object that was given without it, so that it is one event' {
        $uid = $redis.metadata.uid
        $made = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'my-op-redis'; namespace = 'default' } }
        $first = $made | Write-KubeEvent MadeUp made -WarningVariable warnings
        $first.InvolvedObject.Uid | Should -Be $uid
        ($redis | Write-KubeEvent MadeUp made).Outcome | Should -Be Counted
        $warnings | Should -BeNullOrEmpty
    }

    It 'names the rule that a role lacks, and never the token' {
        $guarded = New-Sandbox (New-User jane get, list)
        try {
            $redis | Write-KubeEvent Denied denied -Kubeconfig (Save-Kubeconfig $guarded) -ErrorVariable problems -ErrorAction SilentlyContinue
            $problems[0].FullyQualifiedErrorId | Should -Be 'AccessDenied,EventRecording.PowerShell.WriteKubeEventCommand'
            $problems[0].CategoryInfo.Category | Should -Be 'PermissionDenied'
            "$($problems[0])" | Should -Match 'verbs: \["create"\]'
            "$($problems[0])$($problems[0].Exception)" | Should -Not -Match 'token-of-jane'
        }
        finally {
            $guarded.Dispose()
        }
    }

    It 'says with -Verbose that a write is tried again' {
        $fault = (Get-SandboxType Fault)::Status(503, 'ServiceUnavailable', 'etcd is away')
        $null = $sandbox.Faults.Next($fault)
        $all = $redis | Write-KubeEvent Retried retried -Verbose 4>&1
        ($all | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message -match 'is not written yet.*etcd is away' | Should -HaveCount 1
        $all[-1].Outcome | Should -Be 'Created'
    }

    It 'shows a bar while it waits for the server, and takes it away: <Command>' -ForEach @(
        @{ Command = 'Write-KubeEvent'; Script = { param($object, $kubeconfig) $object | Write-KubeEvent Retried retried -Kubeconfig $kubeconfig } }
        @{ Command = 'Write-KubeEvent -For'; Script = { param($object, $kubeconfig) Write-KubeEvent Retried retried -For redis/my-op-redis -Kubeconfig $kubeconfig } }
        @{ Command = 'Get-KubeEvent'; Script = { param($object, $kubeconfig) Get-KubeEvent -Kubeconfig $kubeconfig } }
    ) {
        $busy = (Get-SandboxType Fault)::TooManyRequests([timespan]::FromSeconds(1))
        $null = $sandbox.Faults.Next($busy)
        $started = Start-Script "$Script" $redis, $env:KUBECONFIG
        $started.Shell.EndInvoke($started.Run)
        $bars = $started.Shell.Streams.Progress | Where-Object Activity -EQ 'Waiting for the server'
        $bars.RecordType | Should -Be Processing, Completed
        $bars[0].StatusDescription | Should -Match '^The API server answered 429 TooManyRequests'
        $started.Shell.Streams.Error | Should -BeNullOrEmpty
    }

    It 'shows no bar with -NoWait, which waits for nothing' {
        $retried = $sandbox.Count('create', 'events') + 2
        $null = $sandbox.Faults.Next((Get-SandboxType Fault)::TooManyRequests([timespan]::FromSeconds(1)))
        # What comes before in the pipeline goes on when the write was told to wait, and has.
        $goOn = [System.Threading.ManualResetEventSlim]::new()
        $started = Start-Script 'param($object, $kubeconfig, $goOn) & { $object; $goOn.Wait(); $object } | Write-KubeEvent Retried handed -NoWait -Kubeconfig $kubeconfig' $redis, $env:KUBECONFIG, $goOn
        Wait-Until { $sandbox.Count('create', 'events') -ge $retried }
        $goOn.Set()
        $started.Shell.EndInvoke($started.Run)
        $started.Shell.Streams.Progress | Where-Object Activity -EQ 'Waiting for the server' | Should -BeNullOrEmpty
        $started.Shell.Dispose()
        $goOn.Dispose()
    }

    It 'ends at once when it is stopped' {
        $hanging = New-Sandbox
        try {
            $null = $hanging.Faults.Always((Get-SandboxType Fault)::Hang())
            $started = Start-Script 'param($object, $kubeconfig) $object | Write-KubeEvent Hanging hanging -Kubeconfig $kubeconfig' $redis, (Save-Kubeconfig $hanging)
            Wait-Until { $hanging.Count() -gt 0 }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $started.Shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
            $started.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
            @($started.Shell.Streams.Error.FullyQualifiedErrorId) -match "EventRecording" | Should -BeNullOrEmpty
            $started.Shell.Dispose()
        }
        finally {
            $hanging.Dispose()
        }
    }
}

Describe 'Write-KubeEvent, in an outage, with a spool' {
    BeforeEach {
        $away = New-Sandbox
        $kubeconfig = Save-Kubeconfig $away
        $lost = New-Redis $away lost
        $spool = Join-Path $TestDrive "$([guid]::NewGuid())"
        $away.RefuseConnections()
    }

    AfterEach {
        Remove-Item Env:EVENTRECORDING_SPOOL -ErrorAction Ignore
        $away.Dispose()
    }

    It 'keeps what it cannot write, and says so in a warning' {
        $lost | Write-KubeEvent Kept kept -Kubeconfig $kubeconfig -TimeoutSec 1 -SpoolPath $spool -WarningVariable warnings -WarningAction SilentlyContinue -ErrorVariable problems |
            Should -BeNullOrEmpty
        $problems | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike "Not recorded yet on redis/lost in namespace default: Normal Kept: kept. It is kept in $spool; *Sync-KubeEvent*"
        Get-ChildItem $spool | Should -HaveCount 1
    }

    It 'says once of many events that they are kept, and how many' {
        1..300 | ForEach-Object { @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = "p$_"; namespace = 'default' } } } |
            Write-KubeEvent Kept kept -Kubeconfig $kubeconfig -TimeoutSec 1 -SpoolPath $spool -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike "Events not recorded yet, but kept: 300. The first of them: Not recorded yet on pod/p1 in *It is kept in $spool; *"
        Get-ChildItem $spool | Should -HaveCount 300
    }

    It 'keeps nothing on an object that must be looked up first, and says so' {
        Write-KubeEvent Kept kept -For redis/lost -Kubeconfig $kubeconfig -TimeoutSec 1 -SpoolPath $spool -ErrorVariable problems -ErrorAction SilentlyContinue
        "$problems" | Should -BeLike "Not recorded on redis/lost: Normal Kept: kept. *It is not kept in $spool either*must be looked up first*"
        Get-ChildItem $spool -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'finds the spool as PowerShell finds paths: <_>' -ForEach 'relative', 'on a drive', 'in the environment' {
        Push-Location $TestDrive
        try {
            $name = Split-Path -Leaf $spool
            $parameters = switch ($_) {
                'relative' { @{ SpoolPath = "./$name" } }
                'on a drive' { @{ SpoolPath = "TestDrive:/$name" } }
                default { $env:EVENTRECORDING_SPOOL = $name; @{} }
            }
            $lost | Write-KubeEvent Kept kept -Kubeconfig $kubeconfig -TimeoutSec 1 @parameters -WarningAction SilentlyContinue
            Get-ChildItem $spool | Should -HaveCount 1
        }
        finally {
            Pop-Location
        }
    }

    It 'prefers -SpoolPath to the environment' {
        $env:EVENTRECORDING_SPOOL = "$spool-not-this"
        $lost | Write-KubeEvent Kept kept -Kubeconfig $kubeconfig -TimeoutSec 1 -SpoolPath $spool -WarningAction SilentlyContinue
        Get-ChildItem $spool | Should -HaveCount 1
        Test-Path "$spool-not-this" | Should -BeFalse
    }

    It 'takes no spool outside the file system' {
        { $lost | Write-KubeEvent Kept kept -Kubeconfig $kubeconfig -SpoolPath Env:/spool } | Should -Throw -ErrorId 'ArgumentNotValid,*'
    }

    It 'says why a spool cannot keep what is not written' {
        Set-Content -LiteralPath $spool -Value 'a file, not a directory'
        $lost | Write-KubeEvent Kept kept -Kubeconfig $kubeconfig -TimeoutSec 1 -SpoolPath $spool -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -Be 'EventNotWritten,EventRecording.PowerShell.WriteKubeEventCommand'
        "$($problems[0])" | Should -BeLike '*could not be kept in the spool either*'
    }
}
