BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    $redis = New-Redis $sandbox my-op-redis
    $elsewhere = New-Redis $sandbox my-op-redis shop
    $null = $redis | Write-KubeEvent ScaledUp '3 replicas' -Timestamp 5m -Component redis-operator
    $null = $redis | Write-KubeEvent CreatePodFailed 'no such image' -Type Warning -Timestamp 3m -Component redis-operator
    $null = $elsewhere | Write-KubeEvent ScaledUp '1 replica' -Timestamp 4m -Component shop-operator
    New-ServerEvent $sandbox web-0.1
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Get-KubeEvent' {
    It 'says when in the calendar of the API, whatever calendar the user has' -Skip:([System.Globalization.CultureInfo]::GetCultures('AllCultures').Count -lt 2) {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'th-TH'
            { Get-KubeEvent -Since 9:05 -ErrorAction Stop } | Should -Throw "*such as $([datetime]::Now.ToString('yyyy', [cultureinfo]::InvariantCulture))-*"
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }

    It 'lists the namespace of the context, sorted by last seen' {
        $events = Get-KubeEvent
        $events | Should -BeOfType 'EventRecording.KubeEvent'
        $events.Reason | Should -Be ScaledUp, CreatePodFailed, Pulled
        (Get-KubeEvent -Unsorted).Reason | Sort-Object | Should -Be CreatePodFailed, Pulled, ScaledUp
    }

    It 'filters by <_>' -ForEach '-AllNamespaces', '-Namespace', '-Type', '-Reason', '-Source', '-Since', '-Until', '-FieldSelector', '-First' {
        switch ($_) {
            '-AllNamespaces' { (Get-KubeEvent -AllNamespaces).Count | Should -Be 4 }
            '-Namespace' {
                (Get-KubeEvent -Namespace shop).Message | Should -Be '1 replica'
                (Get-KubeEvent -Namespace sh*, default).Count | Should -Be 4
            }
            '-Type' {
                (Get-KubeEvent -Type Warning).Reason | Should -Be CreatePodFailed
                (Get-KubeEvent -Type warn*, Normal).Count | Should -Be 3
            }
            '-Reason' { (Get-KubeEvent -Reason *Failed, Pulled).Reason | Should -Be CreatePodFailed, Pulled }
            '-Source' { (Get-KubeEvent -Source redis-*).Reason | Should -Be ScaledUp, CreatePodFailed }
            '-Since' {
                (Get-KubeEvent -Since 4m).Reason | Should -Be CreatePodFailed, Pulled
                # Numbers to PowerShell, with the suffixes of a short and a decimal.
                (Get-KubeEvent -Since 240s).Reason | Should -Be CreatePodFailed, Pulled
                (Get-KubeEvent -Since 3d).Count | Should -Be 3
                (Get-KubeEvent -Since 1h30m).Count | Should -Be 3
                (Get-KubeEvent -Since (New-TimeSpan -Minutes 4)).Count | Should -Be 2
                Get-KubeEvent -Since (Get-Date).AddHours(2) -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
                $warnings | Should -BeLike '-Since is *, which is yet to come*'
                (Get-KubeEvent -Since (Get-Date).AddMinutes(-4)).Count | Should -Be 2
                (Get-KubeEvent -Since ([datetime]::UtcNow.AddMinutes(-4).ToString('o'))).Count | Should -Be 2
            }
            '-Until' { (Get-KubeEvent -Until 4m).Reason | Should -Be ScaledUp }
            '-FieldSelector' { (Get-KubeEvent -FieldSelector involvedObject.kind=Pod).Reason | Should -Be Pulled }
            '-First' { (Get-KubeEvent -First 2).Reason | Should -Be ScaledUp, CreatePodFailed }
        }
    }

    It 'filters by label' {
        $null = $redis | Write-KubeEvent Labelled labelled -Label @{ team = 'shop' }
        (Get-KubeEvent -LabelSelector team=shop).Reason | Should -Be Labelled
    }

    It 'finds the events of an object <_>' -ForEach 'from the pipeline', 'by position', 'by name', 'by short name', 'in all namespaces' {
        $filter = @{ Reason = 'ScaledUp' }
        $case = $_
        $events = switch ($case) {
            'from the pipeline' { $redis | Get-KubeEvent @filter }
            'by position' { Get-KubeEvent $redis @filter }
            'by name' { Get-KubeEvent redis/my-op-redis @filter }
            'by short name' { Get-KubeEvent -For rd/my-op-redis @filter }
            'in all namespaces' { Get-KubeEvent redis/my-op-redis -AllNamespaces @filter }
        }
        $events.Message | Should -Be $(if ($case -eq 'in all namespaces') { '3 replicas', '1 replica' } else { '3 replicas' })
    }

    It 'adds with -IncludeOwned the events of what the object owns' {
        $owned = $sandbox.Put((@{
            apiVersion = 'cache.example.com/v1'
            kind       = 'Redis'
            metadata   = @{
                name            = 'replica'
                namespace       = 'shop'
                ownerReferences = @(@{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; name = 'my-op-redis'; uid = $elsewhere.metadata.uid })
            }
        } | ConvertTo-Json -Depth 5)) | ConvertFrom-Json
        $null = $owned | Write-KubeEvent Replicated 'caught up' -Component shop-operator
        ($elsewhere | Get-KubeEvent).Reason | Should -Be ScaledUp
        ($elsewhere | Get-KubeEvent -IncludeOwned).Reason | Should -Be ScaledUp, Replicated
        (Get-KubeEvent redis/my-op-redis -Namespace shop -IncludeOwned).Reason | Should -Be ScaledUp, Replicated
        { Get-KubeEvent -IncludeOwned -ErrorAction Stop } | Should -Throw -ErrorId 'ArgumentNotValid,*'
    }

    Context 'around an object' {
        BeforeAll {
            $around = New-Sandbox
            $before = $env:KUBECONFIG
            $env:KUBECONFIG = Save-Kubeconfig $around
            foreach ($object in @(
                    '{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"web","namespace":"default","uid":"u-web"}}'
                    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-0","namespace":"default","uid":"u-web-0","ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"web","uid":"u-web"}]},"spec":{"nodeName":"node-1","volumes":[{"name":"c","configMap":{"name":"settings"}}]},"status":{"conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-11-20T14:05:30Z","reason":"ContainersNotReady"}]}}'
                    '{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-1","uid":"u-node-1"}}'
                )) {
                $null = $around.Add($object)
            }
            function Add-Event($Kind, $Name, $Reason, $Time, $Type = 'Normal') {
                $place = $Kind -eq 'Node' ? @{} : @{ namespace = 'default' }
                New-ServerEvent $around "$Name.$Reason" @{ involvedObject = @{ kind = $Kind; name = $Name } + $place; reason = $Reason; type = $Type; firstTimestamp = $Time; lastTimestamp = $Time }
            }
            Add-Event StatefulSet web SuccessfulCreate 2026-11-20T14:00:00Z
            Add-Event Node node-1 NodeHasDiskPressure 2026-11-20T14:04:00Z Warning
            Add-Event Pod web-0 Evicted 2026-11-20T14:05:00Z Warning
            Add-Event Pod web-1 Elsewhere 2026-11-20T14:05:00Z Warning
            Add-Event ConfigMap settings Changed 2026-11-20T14:20:00Z
        }

        AfterAll {
            $env:KUBECONFIG = $before
            $around.Dispose()
        }

        It 'says of each event what its object is to the one that is asked about' {
            Get-KubeEvent -For pod/web-0 -IncludeRelated | ForEach-Object { "$($_.Relation) $($_.Reason)" } |
                Should -BeExactly 'owner SuccessfulCreate', 'node NodeHasDiskPressure', 'self Evicted', 'config Changed'
            (Get-KubeEvent -For sts/web -IncludeRelated -Type Warning).Relation | Should -Be node, owned
            (Get-KubeEvent -For pod/web-0 -IncludeRelated -First 1).Reason | Should -Be SuccessfulCreate
            Get-KubeEvent -For pod/web-0 -IncludeRelated | Out-String -Width 80 | Should -Match 'LastSeen +Relation +Type'
        }

        It 'takes a time and what is around it' {
            (Get-KubeEvent -For pod/web-0 -IncludeRelated -Around 2026-11-20T14:05:00Z -Within 2m).Reason | Should -Be NodeHasDiskPressure, Evicted
            (Get-KubeEvent -Around 2026-11-20T14:12:00Z).Reason | Should -Be NodeHasDiskPressure, Evicted, Elsewhere, Changed
            $soon = (Get-Date).AddMinutes(-2)
            Add-Event Pod web-0 Recently $soon.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
            (Get-KubeEvent -For pod/web-0 -Around $soon.ToString('HH:mm') -Within 5m).Reason | Should -Be Recently
            { Get-KubeEvent -Around 14:05 -Since 1h -ErrorAction Stop } | Should -Throw -ErrorId 'ArgumentNotValid,*'
            { Get-KubeEvent -Within 5m -ErrorAction Stop } | Should -Throw -ErrorId 'ArgumentNotValid,*'
            { Get-KubeEvent -IncludeRelated -ErrorAction Stop } | Should -Throw -ErrorId 'ArgumentNotValid,*'
        }

        It 'adds conditions as rows that are no events' {
            $found = Get-KubeEvent -For pod/web-0 -IncludeRelated -IncludeConditions -Around 2026-11-20T14:05:00Z
            $row = $found | Where-Object Type -EQ Condition
            $row | Should -BeOfType 'EventRecording.ConditionTransition'
            $row.Reason, $row.Relation, $row.Condition, $row.Status, $row.Message | Should -Be 'Ready=False', 'self', 'Ready', 'False', 'ContainersNotReady'
            $file = Join-Path $TestDrive 'around.ndjson'
            $found | Export-KubeEvent $file -WarningVariable said -WarningAction SilentlyContinue
            "$said" | Should -Be '1 transitions of conditions are no events, and were not kept.'
            (Import-KubeEvent $file).Reason | Should -Be SuccessfulCreate, NodeHasDiskPressure, Evicted
            (Get-KubeEvent -For pod/web-0 -IncludeConditions -Type Condition).Reason | Should -Be 'Ready=False'
        }

        It 'gives the timeline the relations, also when it was filtered on the way' {
            $page = Join-Path $TestDrive 'around.html'
            Get-KubeEvent -For pod/web-0 -IncludeRelated | Where-Object Type -EQ Warning | Sort-Object Reason | Export-KubeEventTimeline $page
            $rows = [regex]::Match((Get-Content -Raw $page), '(?s)id="events">\s*(.*?)</script>').Groups[1].Value | ConvertFrom-Json -NoEnumerate
            $rows | ForEach-Object { "$($_[1]) $($_[-1])" } | Should -Be 'Evicted self', 'NodeHasDiskPressure node'
        }
    }

    It 'merges the events of several objects into one sorted list' {
        ($redis, $elsewhere | Get-KubeEvent -Reason ScaledUp, CreatePodFailed).Message | Should -Be '3 replicas', '1 replica', 'no such image'
    }

    It 'gives nothing for an empty pipeline' {
        @() | Get-KubeEvent | Should -BeNullOrEmpty
    }

    It 'gives an event''s object the other events about it' {
        (Get-KubeEvent -Reason CreatePodFailed | Get-KubeEvent -Reason ScaledUp).Message | Should -Be '3 replicas'
    }

    It 'says with -Verbose which instants it takes' {
        $said = Get-KubeEvent -Around '2026-11-20 14:05 +02:00' -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$said" | Should -BeLike '*since 2026-11-20T11:55:00Z and until 2026-11-20T12:15:00Z*'
    }

    It 'takes no time that it might misread: <_>' -ForEach 'Nov 22 10:00', '1405/9/2 2:15', '2569-11-22' {
        foreach ($name in 'Since', 'Until', 'Around') {
            $time = @{ $name = $_ }
            { Get-KubeEvent @time } | Should -Throw "*'$_'* 2026-11-20T12:00:00Z*"
        }
        { Write-KubeEvent Late 'too late' -For pod/web-0 -Timestamp $_ } | Should -Throw "*'$_'* 2026-11-20T12:00:00Z*"
    }

    It 'says with -Verbose which selector it sends' {
        $all = Get-KubeEvent -Type Warning -Verbose 4>&1
        "$($all[0])" | Should -Match 'type=Warning'
    }

    It 'stops the work upstream for Select-Object -First' {
        $long = New-Sandbox
        try {
            foreach ($i in 1..1001) {
                New-ServerEvent $long "e$i"
            }
            # Pages are read ahead, but never one that somebody waits for: whoever goes on after the first event would wait for the third.
            $null = $long.Faults.Nth(3, (Get-SandboxType Fault)::Hang())
            Get-KubeEvent -Unsorted -Kubeconfig (Save-Kubeconfig $long) -ErrorAction Stop | Select-Object -First 1 | Should -HaveCount 1
            $long.Count('list', 'events') | Should -BeLessOrEqual 3
        }
        finally {
            $long.Dispose()
        }
    }

    It 'takes the kubeconfig and the context that it is given' {
        $other = New-Sandbox
        try {
            New-ServerEvent $other only.1 @{ reason = 'OnlyHere' }
            $kubeconfig = Save-Kubeconfig $other
            (Get-KubeEvent -Kubeconfig $kubeconfig).Reason | Should -Be OnlyHere
            Push-Location $TestDrive
            (Get-KubeEvent -Kubeconfig (Split-Path -Leaf $kubeconfig) -Context sandbox).Reason | Should -Be OnlyHere
            { Get-KubeEvent -Kubeconfig $kubeconfig -Context other } | Should -Throw -ErrorId 'ClusterNotConfigured,*'

            # What the file says now counts, not what it said.
            Set-Content -LiteralPath $kubeconfig -Value $sandbox.Kubeconfig
            (Get-KubeEvent -Kubeconfig $kubeconfig -Reason Pulled).Reason | Should -Be Pulled
        }
        finally {
            Pop-Location
            $other.Dispose()
        }
    }

    It 'is an error with an id for <Case>' -ForEach @(
        @{ Case = 'a kind that is not there'; Arguments = @{ For = 'gone/x' }; Id = 'ResourceNotFound'; Category = 'ObjectNotFound' }
        @{ Case = 'a name that is none'; Arguments = @{ For = 'my-op-redis' }; Id = 'ArgumentNotValid'; Category = 'InvalidArgument' }
        @{ Case = 'a pattern that is none'; Arguments = @{ Reason = '[a' }; Id = 'ArgumentNotValid'; Category = 'InvalidArgument' }
        @{ Case = 'a selector that is none'; Arguments = @{ FieldSelector = 'no such thing' }; Id = 'RequestRefused'; Category = 'InvalidData' }
        @{ Case = 'a name that would lead elsewhere'; Arguments = @{ For = 'redis/..' }; Id = 'ArgumentNotValid'; Category = 'InvalidArgument' }
        @{ Case = 'a namespace that would'; Arguments = @{ Namespace = '..' }; Id = 'ArgumentNotValid'; Category = 'InvalidArgument' }
        @{ Case = 'a pattern as an object'; Arguments = @{ For = 'redis/*' }; Id = 'ObjectNotReferable'; Category = 'InvalidData' }
    ) {
        $problem = { Get-KubeEvent @Arguments -ErrorAction Stop } | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -Be "$Id,EventRecording.PowerShell.GetKubeEventCommand"
        $problem.CategoryInfo.Category | Should -Be $Category
        $problem.TargetObject | Should -Be $Arguments.For
    }

    It 'goes on with the objects that can be found' {
        $events = 'oops/x', 'redis/my-op-redis', 'redis/*' | Get-KubeEvent -ErrorVariable problems -ErrorAction SilentlyContinue
        $events.Count | Should -BeGreaterThan 0
        $problems.TargetObject | Should -Be 'oops/x', 'redis/*'
    }

    It 'reads all namespaces with -AllNamespaces, whatever namespace is preset' {
        $PSDefaultParameterValues['*-KubeEvent:Namespace'] = 'nowhere'
        try {
            (Get-KubeEvent -AllNamespaces).Count | Should -Be @(Get-KubeEvent -Namespace *).Count
        }
        finally {
            $PSDefaultParameterValues.Remove('*-KubeEvent:Namespace')
        }
    }

    It 'does not take <_> for a time' -ForEach '3', 'yesterday', '' {
        { Get-KubeEvent -Since $_ } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage '*90m, 2h, 3d*'
    }

    It 'starts an exec plugin where PowerShell is, and anew in another environment' -Skip:$IsWindows {
        # The credential comes before the connection, and nobody listens there.
        $kubeconfig = Join-Path $TestDrive plugin.kubeconfig
        $answer = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
        $script = 'echo "$(basename "$PWD") $WHO" >> "$0"; echo "$1"'
        $ran = Join-Path $TestDrive ran
        @{
            'current-context' = 'x'
            clusters          = @(@{ name = 'c'; cluster = @{ server = 'https://127.0.0.1:1' } })
            contexts          = @(@{ name = 'x'; context = @{ cluster = 'c'; user = 'u' } })
            users             = @(@{ name = 'u'; user = @{ exec = @{ apiVersion = 'client.authentication.k8s.io/v1'; interactiveMode = 'Never'; command = 'sh'; args = '-c', $script, $ran, $answer } } })
        } | ConvertTo-Json -Depth 8 | Set-Content -LiteralPath $kubeconfig
        $null = New-Item -ItemType Directory (Join-Path $TestDrive here), (Join-Path $TestDrive there)
        try {
            Push-Location (Join-Path $TestDrive here)
            'dev', 'dev', 'prod', 'dev' | ForEach-Object {
                $env:WHO = $_
                Get-KubeEvent -Kubeconfig $kubeconfig -ErrorAction SilentlyContinue
            }
            Set-Location (Join-Path $TestDrive there)
            $env:SHLVL = '7'
            Get-KubeEvent -Kubeconfig $kubeconfig -ErrorAction SilentlyContinue
            $env:WHO = 'stage'
            Get-KubeEvent -Kubeconfig $kubeconfig -ErrorAction SilentlyContinue
        }
        finally {
            $env:WHO = $null
            Pop-Location
        }
        Get-Content $ran | Should -Be 'here dev', 'here prod', 'there stage'
    }

    It 'says that the server cannot be reached' {
        $gone = New-Sandbox
        $kubeconfig = Save-Kubeconfig $gone
        $gone.Dispose()
        Get-KubeEvent -Kubeconfig $kubeconfig -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -Be 'ClusterUnreachable,EventRecording.PowerShell.GetKubeEventCommand'
        $problems[0].CategoryInfo.Category | Should -Be 'ConnectionError'
    }
}
