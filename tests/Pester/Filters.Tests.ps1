# Every filter, against a plain one over what kubectl gives: of a server, of a watch, and of kubectl's own file.

BeforeDiscovery {
    $hasKubectl = [bool](Get-Command kubectl -ErrorAction Ignore)
    if (-not $hasKubectl) {
        Write-Warning 'kubectl is not installed: the filters are not compared with what it gives.'
    }
    $now = [datetime]::UtcNow
    $cases = @(
        @{ Filter = @{ Type = 'Warning' }; Wanted = { $_.type -ceq 'Warning' } }
        @{ Filter = @{ Type = 'warning', 'O*' }; Wanted = { $_.type -in 'Warning', 'Odd' } }
        @{ Filter = @{ Reason = 'Failed' }; Wanted = { $_.reason -ceq 'Failed' } }
        @{ Filter = @{ Reason = 'failed' }; Wanted = { $false } }
        @{ Filter = @{ Reason = 'f*', 'BackOff' }; Wanted = { $_.reason -like 'f*' -or $_.reason -ceq 'BackOff' } }
        @{ Filter = @{ Reason = 'a,b=c\d' }; Wanted = { $_.reason -ceq 'a,b=c\d' } }
        @{ Filter = @{ Source = 'kubelet' }; Wanted = { (Source $_) -ceq 'kubelet' } }
        @{ Filter = @{ Source = 'new-*', 'scheduler' }; Wanted = { (Source $_) -like 'new-*' -or (Source $_) -ceq 'scheduler' } }
        @{ Filter = @{ Namespace = 'shop' }; Wanted = { $_.metadata.namespace -ceq 'shop' } }
        @{ Filter = @{ Namespace = 's[hi]*', 'default' }; Wanted = { $_.metadata.namespace -in 'shop', 'default' } }
        @{ Filter = @{ For = 'redis/web-0' }; Wanted = { $_.involvedObject.kind -ceq 'Redis' -and $_.involvedObject.name -ceq 'web-0' } }
        @{ Filter = @{ For = @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'test-a'; namespace = 'shop' } }, 'redis/web-1' }
           Wanted = { "$($_.involvedObject.kind)/$($_.involvedObject.name)" -ceq 'Redis/web-1' -or "$($_.involvedObject.kind)/$($_.involvedObject.namespace)/$($_.involvedObject.name)" -ceq 'Pod/shop/test-a' } }
        @{ Filter = @{ Since = $now.AddMinutes(-100) }; Wanted = { (Last $_) -ge $now.AddMinutes(-100) } }
        @{ Filter = @{ Until = $now.AddMinutes(-50) }; Wanted = { (First $_) -le $now.AddMinutes(-50) } }
        @{ Filter = @{ Since = $now.AddMinutes(-130); Until = $now.AddMinutes(-70) }; Wanted = { (Last $_) -ge $now.AddMinutes(-130) -and (First $_) -le $now.AddMinutes(-70) } }
        @{ Filter = @{ ExcludeReason = 'Pulled' }; Wanted = { $_.reason -cne 'Pulled' } }
        @{ Filter = @{ ExcludeReason = 'p*', 'a,b=c\d' }; Wanted = { $_.reason -notlike 'p*' -and $_.reason -cne 'a,b=c\d' } }
        @{ Filter = @{ ExcludeSource = 'kubelet', 'new-operator' }; Wanted = { (Source $_) -cnotin 'kubelet', 'new-operator' } }
        @{ Filter = @{ ExcludeSource = '*e*' }; Wanted = { (Source $_) -notlike '*e*' } }
        @{ Filter = @{ ExcludeNamespace = 'shop' }; Wanted = { $_.metadata.namespace -cne 'shop' } }
        @{ Filter = @{ ExcludeNamespace = 'kube-*', 'default' }; Wanted = { $_.metadata.namespace -ceq 'shop' } }
        @{ Filter = @{ ExcludeObject = 'node/*' }; Wanted = { $_.involvedObject.kind -cne 'Node' } }
        @{ Filter = @{ ExcludeObject = 'po/web-*', '*/test-a' }; Wanted = { -not ($_.involvedObject.kind -ceq 'Pod' -and $_.involvedObject.name -like 'web-*') -and $_.involvedObject.name -cne 'test-a' } }
        @{ Filter = @{ ExcludeObject = 'Pod/web-0', 'r*/*1' }; Wanted = { "$($_.involvedObject.kind)/$($_.involvedObject.name)" -cnotin 'Pod/web-0', 'Redis/web-1' } }
        @{ Filter = @{ Type = 'Warning'; ExcludeReason = 'Failed'; ExcludeNamespace = 'kube-system'; ExcludeSource = 'sch*' }
           Wanted = { $_.type -ceq 'Warning' -and $_.reason -cne 'Failed' -and $_.metadata.namespace -cne 'kube-system' -and (Source $_) -notlike 'sch*' } }
        @{ Filter = @{ FieldSelector = 'type!=Normal,involvedObject.kind=Pod' }; Wanted = { $_.type -cne 'Normal' -and $_.involvedObject.kind -ceq 'Pod' } }
        @{ Filter = @{ LabelSelector = 'shift=night' }; Wanted = { $_.metadata.labels.shift -ceq 'night' } }
    ) | ForEach-Object { $_.Name = ($_.Filter.GetEnumerator() | Sort-Object Name | ForEach-Object { "-$($_.Key) $(@($_.Value).ForEach{ $_ -is [datetime] ? 'a time' : $_ } -join ', ')" }) -join ' '; $_.Now = $now; $_ }
}

BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    $env:KUBECACHEDIR = Join-Path $TestDrive cache
    $random = [random]::new(20)
    function Pick($Of) { $Of[$random.Next($Of.Count)] }
    # Whole minutes and a half, so that none is near the time that is asked for.
    function Ago([double] $Minutes, [string] $Format = 'yyyy-MM-ddTHH:mm:ssZ') { [datetime]::UtcNow.AddMinutes(-$Minutes - 0.5).ToString($Format) }
    foreach ($i in 1..240) {
        $last = $random.Next(200)
        $first = $last + $random.Next(60)
        $field = @{
            metadata       = @{ name = "e$i"; namespace = Pick 'default', 'shop', 'kube-system'; labels = @{ shift = Pick 'night', 'day' } }
            type           = Pick 'Normal', 'Warning', 'Odd'
            reason         = Pick 'Pulled', 'Failed', 'FailedMount', 'BackOff', 'a,b=c\d', ''
            involvedObject = @{ kind = Pick 'Pod', 'Node', 'Redis'; name = Pick 'web-0', 'web-1', 'test-a' }
        }
        $field.involvedObject.namespace = $field.metadata.namespace
        $field += switch ($random.Next(4)) {
            0 { @{ source = @{}; reportingComponent = Pick 'new-operator', 'new-controller', 'kubelet'; reportingInstance = 'x'; action = 'Do'
                   firstTimestamp = $null; lastTimestamp = $null; eventTime = Ago $first 'yyyy-MM-ddTHH:mm:ss.ffffffZ'
                   series = @{ count = 3; lastObservedTime = Ago $last 'yyyy-MM-ddTHH:mm:ss.ffffffZ' } } }
            1 { @{ source = @{ component = Pick 'kubelet', 'scheduler' }; firstTimestamp = $null; lastTimestamp = Ago $last } }
            2 { @{ source = @{ component = Pick 'kubelet', 'scheduler' }; reportingComponent = 'new-operator'; firstTimestamp = Ago $first; lastTimestamp = Ago $last } }
            3 { @{ source = @{}; firstTimestamp = $null; lastTimestamp = $null } }
        }
        New-ServerEvent $sandbox "e$i" $field
    }

    function Source($Event) { $Event.source.component ? $Event.source.component : $Event.reportingComponent }
    function Last($Event) { $Event.series.lastObservedTime ?? $Event.lastTimestamp ?? $Event.eventTime ?? $Event.firstTimestamp ?? $Event.metadata.creationTimestamp }
    function First($Event) { $Event.eventTime ?? $Event.firstTimestamp ?? $Event.series.lastObservedTime ?? $Event.lastTimestamp ?? $Event.metadata.creationTimestamp }
    if (Get-Command kubectl -ErrorAction Ignore) {
        $dump = Join-Path $TestDrive dump.json
        kubectl get events -A -o json > $dump
        $all = (Get-Content -Raw $dump | ConvertFrom-Json).items
    }
}

AfterAll {
    $env:KUBECONFIG = $env:KUBECACHEDIR = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Filters' -Skip:(-not $hasKubectl) {
    It 'have something to choose from' {
        $all | Should -HaveCount 240
    }

    It '<Name> gives what kubectl and a plain filter give' -ForEach $cases {
        $expected = @($all | Where-Object $Wanted | ForEach-Object { $_.metadata.name } | Sort-Object)
        $expected.Count | Should -BeLessThan 240
        $where = $Filter.Keys -like '*Namespace' ? @{} : @{ AllNamespaces = $true }
        @((Get-KubeEvent @Filter @where).Name | Sort-Object) | Should -Be $expected
        if ($expected) {
            @((Watch-KubeEvent @Filter @where -First $expected.Count -TimeoutSec 60 -ErrorAction Stop).Name | Sort-Object) | Should -Be $expected
            $one = Wait-KubeEvent @Filter @where -TimeoutSec 60
            $one.Name | Should -BeIn $expected
        }
        if (-not ($Filter.Keys -like '*Selector')) {
            @((Import-KubeEvent $dump @Filter).Name | Sort-Object) | Should -Be $expected
        }
    }
}
