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

    It 'merges the events of several objects into one sorted list' {
        ($redis, $elsewhere | Get-KubeEvent -Reason ScaledUp, CreatePodFailed).Message | Should -Be '3 replicas', '1 replica', 'no such image'
    }

    It 'gives nothing for an empty pipeline' {
        @() | Get-KubeEvent | Should -BeNullOrEmpty
    }

    It 'gives an event''s object the other events about it' {
        (Get-KubeEvent -Reason CreatePodFailed | Get-KubeEvent -Reason ScaledUp).Message | Should -Be '3 replicas'
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
        @{ Case = 'two answers to one question'; Arguments = @{ Namespace = 'shop'; AllNamespaces = $true }; Id = 'ArgumentNotValid'; Category = 'InvalidArgument' }
    ) {
        $problem = { Get-KubeEvent @Arguments -ErrorAction Stop } | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -Be "$Id,EventRecording.PowerShell.GetKubeEventCommand"
        $problem.CategoryInfo.Category | Should -Be $Category
    }

    It 'does not take <_> for a time' -ForEach '3', 'yesterday', '' {
        { Get-KubeEvent -Since $_ } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage '*90m, 2h, 3d*'
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
