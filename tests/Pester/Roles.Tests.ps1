# What a user sees whose role allows less than all.

BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox (New-User system:anonymous '*'), (New-User onens '*' default), (New-User createonly create)
    $env:KUBECONFIG = Save-Kubeconfig $sandbox -As onens
    $redis = New-Redis $sandbox my-op-redis
    New-ServerEvent $sandbox in-default @{ involvedObject = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; name = 'my-op-redis'; namespace = 'default'; uid = $redis.metadata.uid } }
    New-ServerEvent $sandbox in-shop @{ metadata = @{ name = 'in-shop'; namespace = 'shop' } }
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'A role of one namespace' {
    It 'reads it beside others, each of which is an error of its own (<_>)' -ForEach 'Get-KubeEvent', 'Get-KubeEvent -Unsorted' {
        $events = . ([scriptblock]::Create("$_ -Namespace shop, default, kube-* -ErrorAction SilentlyContinue -ErrorVariable problems"))
        $events.Name | Should -Be in-default
        $problems.TargetObject | Sort-Object | Should -Be kube-*, shop
        $problems.FullyQualifiedErrorId | Select-Object -Unique | Should -Be 'AccessDenied,EventRecording.PowerShell.GetKubeEventCommand'
    }

    It 'watches it beside others' {
        $events = Watch-KubeEvent -Namespace shop, default -First 1 -TimeoutSec 30 -ErrorAction SilentlyContinue
        $events.Name | Should -Be in-default
    }

    It 'ends a watch of namespaces that may not be read, with an error for each' {
        Watch-KubeEvent -Namespace shop, kube-system -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
        $problems.TargetObject | Sort-Object | Should -Be kube-system, shop
    }

    It 'waits in it beside others, and not where it may not be waited at all' {
        (Wait-KubeEvent -Namespace shop, default -Reason Pulled -TimeoutSec 30 -ErrorAction SilentlyContinue).Name | Should -Be in-default
        try {
            Wait-KubeEvent -Namespace shop, kube-system -Reason Pulled -TimeoutSec 30 -ErrorAction SilentlyContinue
            throw 'It waited.'
        }
        catch {
            $_.FullyQualifiedErrorId | Should -Be 'AccessDenied,EventRecording.PowerShell.WaitKubeEventCommand'
            $_.TargetObject | Should -BeIn kube-system, shop
        }
    }

    It 'reads events about a cluster-scoped object where it may, and says so' {
        $events = Get-KubeEvent -For redis/my-op-redis, @{ apiVersion = 'v1'; kind = 'Namespace'; metadata = @{ name = 'shop'; uid = 'u' } } -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction Stop
        $events.Name | Should -Be in-default
        $warnings | Should -BeLike 'Events about cluster-scoped objects are looked for in default only: *verbs:*'
    }
}

Describe 'A role that may only create' {
    It 'is warned once that an object without its uid may not be read' {
        $config = Save-Kubeconfig $sandbox -As createonly
        $pods = 1..3 | ForEach-Object { @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = "p$_"; namespace = 'default' } } }
        $written = $pods | Write-KubeEvent NoUid message -Kubeconfig $config -WarningVariable warnings -WarningAction SilentlyContinue
        $written.InvolvedObject.Name | Should -Be p1, p2, p3
        $warnings | Should -BeLike 'Events about Redis carry no uid, *User "createonly" may not get redises * in the namespace default. *:?- {*"get"*}?Check with: kubectl auth can-i get redises.cache.example.com --namespace default'
        $warnings | Should -HaveCount 1
    }

    It 'is warned once that repeats are new events' {
        $config = Save-Kubeconfig $sandbox -As createonly
        $written = 1..3 | ForEach-Object { $redis | Write-KubeEvent CreateOnly repeated -Kubeconfig $config -WarningVariable +warnings -WarningAction SilentlyContinue }
        ($written.Name | Select-Object -Unique).Count | Should -Be 3
        $warnings | Should -BeLike 'The role does not allow to patch events of core/v1 in the namespace default: repeated events become new events instead of being counted up.*'
        $warnings | Should -HaveCount 1
    }
}
