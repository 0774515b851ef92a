BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    # Three clusters as contexts of one kubeconfig, and a context whose cluster is missing.
    $sandboxes = 1..3 | ForEach-Object { New-Sandbox }
    $names = 'prod-eu', 'prod-us', 'stage'
    $env:KUBECONFIG = Join-Path $TestDrive three.kubeconfig
    $clusters = 0..2 | ForEach-Object { @{ name = $names[$_]; cluster = @{ server = "$($sandboxes[$_].Address)" } } }
    $contexts = $names | ForEach-Object { @{ name = $_; context = @{ cluster = $_; user = 'me' } } }
    @{
        apiVersion        = 'v1'
        kind              = 'Config'
        'current-context' = 'stage'
        clusters          = $clusters
        contexts          = @($contexts) + @{ name = 'broken'; context = @{ cluster = 'missing'; user = 'me' } }
        users             = @(@{ name = 'me'; user = @{} })
    } | ConvertTo-Json -Depth 6 | Set-Content $env:KUBECONFIG
    0..2 | ForEach-Object { New-ServerEvent $sandboxes[$_] "there-$_" @{ lastTimestamp = [datetime]::UtcNow.AddMinutes(-9 + $_).ToString('yyyy-MM-ddTHH:mm:ssZ') } }
    function Stop-Sandbox($Sandbox) { $Sandbox.RefuseConnections(); $Sandbox.DropConnections() }
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandboxes | ForEach-Object Dispose
}

Describe 'Several contexts' {
    It 'gives one sorted list, each event with its context, also for a single one' {
        $events = Get-KubeEvent -Context stage, prod-*
        $events.Context | Should -Be prod-eu, prod-us, stage
        $events.Name | Should -Be there-0, there-1, there-2
        (Get-KubeEvent).Context | Should -Be stage
        (Get-KubeEvent -Context prod-us, prod-us, *-us).Context | Should -Be prod-us
    }

    It 'takes a relative KUBECONFIG from where PowerShell is, as TAB does' {
        $before = $env:KUBECONFIG
        $env:KUBECONFIG = 'three.kubeconfig'
        try {
            Push-Location $TestDrive
            (Get-KubeEvent).Context | Should -Be stage
            (Get-KubeEvent -Context prod-us).Context | Should -Be prod-us
            (TabExpansion2 'Get-KubeEvent -Context sta' 26).CompletionMatches.CompletionText | Should -Be stage
            Push-Location /
            { Get-KubeEvent -ErrorAction Stop } | Should -Throw '*No cluster is configured*'
        }
        finally {
            Pop-Location
            Pop-Location
            $env:KUBECONFIG = $before
        }
    }

    It 'shows the column for several contexts, and with it the namespace for several namespaces' {
        $table = Get-KubeEvent -Context * -ErrorAction Ignore | Out-String -Width 160 -Stream | Where-Object { $_ }
        $table[0] | Should -Match '^Context +LastSeen +Type +Reason +Object +Message'
        $table[2] | Should -Match '^prod-eu +.+ pod/web-0 +image pulled'
        $table = Get-KubeEvent -Context prod-* -AllNamespaces | Out-String -Width 160 -Stream | Where-Object { $_ }
        $table[0] | Should -Match '^Context +Namespace +LastSeen'
        $table[2] | Should -Match '^prod-eu +default '
        (Get-KubeEvent -Context prod-* | Format-Table -View wide | Out-String -Width 250 -Stream | Where-Object { $_ })[0] | Should -Match '^Context +Namespace +LastSeen +Count +Type .* Name'
        (Get-KubeEvent -Context stage | Out-String -Stream | Where-Object { $_ })[0] | Should -Match '^LastSeen'
        Get-KubeEvent | Format-List | Out-String | Should -Match 'Context +: stage'
    }

    It 'has the table that the width of the terminal has room for: <Columns> columns' -Skip:(-not $IsLinux -or -not (Get-Command script -CommandType Application -ErrorAction Ignore)) -ForEach @(
        @{ Columns = 80; Heading = '^LastSeen    Type    Reason       Object             Message$' }
        @{ Columns = 100; Heading = '^Context    LastSeen           Type ' }
        @{ Columns = 120; Heading = '^Context              LastSeen              Type ' }
    ) {
        $file = Join-Path $TestDrive 'shown.ps1'
        Set-Content -LiteralPath $file "Import-Module '$ModulePath'; Get-KubeEvent -Context prod-*"
        $escape = [char]27
        $shown = script -qec "stty cols $Columns rows 50; NO_COLOR=1 '$((Get-Process -Id $PID).Path)' -NoProfile -File '$file'" /dev/null | Out-String
        @($shown -split '\r?\n' -replace "$escape\[[\d;?]*[a-z]" -match $Heading) | Should -HaveCount 1
    }

    It 'works with the commands behind it' {
        $events = Get-KubeEvent -Context prod-*, stage
        ($events | Where-Object Context -EQ stage).Name | Should -Be there-2
        ($events | Group-Object Context -NoElement | Sort-Object Name).Name | Should -Be prod-eu, prod-us, stage
        $sum = $events | Measure-KubeEvent
        $sum.Count | Should -Be 3
        $sum.Contexts | Should -Be prod-eu, prod-us, stage
        ($sum | ConvertTo-Csv | ConvertFrom-Csv).Contexts | Should -Be 'prod-eu, prod-us, stage'
        $sum | Out-String -Width 160 | Should -Match '(?m)^.*prod-eu, prod-us, stage +Pulled'
        ($events | Measure-KubeEvent -By Context, Reason | Sort-Object Context).Context | Should -Be prod-eu, prod-us, stage
        $pods = $events | Measure-KubeEvent -By Object | Sort-Object Context
        $pods.Context | Should -Be prod-eu, prod-us, stage
        "$($pods[0].Object)" | Should -Be pod/web-0
        Get-KubeEvent | Measure-KubeEvent | Out-String | Should -Not -Match 'Contexts'
        Get-KubeEvent -Context stage | Measure-KubeEvent -By Context, Reason | Out-String -Width 160 | Should -Match '(?m)^.*stage +Pulled'
    }

    It 'keeps the events of two clusters apart in files, and lines as the API has them' {
        Get-KubeEvent -Context prod-* | Group-Object Context | ForEach-Object { $_.Group | Export-KubeEvent "$TestDrive/$($_.Name).ndjson" }
        (Get-Content "$TestDrive/prod-eu.ndjson" | ConvertFrom-Json).metadata.name | Should -Be there-0
        Get-Content "$TestDrive/prod-us.ndjson" | Should -Not -Match prod-us
        $kept = 'prod-eu', 'prod-us' | ForEach-Object { Import-KubeEvent "$TestDrive/$_.ndjson" -Context $_ }
        $kept.Context | Should -Be prod-eu, prod-us
        ($kept | Measure-KubeEvent -By Object).Context | Sort-Object | Should -Be prod-eu, prod-us
        (Import-KubeEvent "$TestDrive/prod-eu.ndjson").Context | Should -BeNullOrEmpty
    }

    It 'makes lanes of each context in a timeline' {
        $page = Get-KubeEvent -Context prod-* | Export-KubeEventTimeline "$TestDrive/several.html" -PassThru
        Get-Content -Raw $page | Should -Match '"image pulled","prod-us"\]'
    }

    It 'makes one error of a cluster that is down, and the others go on' {
        Stop-Sandbox $sandboxes[1]
        try {
            $events = Get-KubeEvent -Context prod-*, stage -ErrorVariable problems -ErrorAction SilentlyContinue
            $events.Context | Should -Be prod-eu, stage
            @($problems | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) | Should -HaveCount 1
            # A connection that was open may have taken the request.
            $problems[0].FullyQualifiedErrorId | Should -Match '^Cluster(Unreachable|AnswerLost),EventRecording.PowerShell.GetKubeEventCommand$'
            $problems[0].TargetObject | Should -Be prod-us
            "$($problems[0])" | Should -Match '^Context prod-us: '
            { Get-KubeEvent -Context prod-*, stage -ErrorAction Stop } | Should -Throw '*prod-us*'
        }
        finally {
            $sandboxes[1].AcceptConnections()
        }
    }

    It 'goes on watching while one is away, and with that one when it is back' {
        $started = Start-Script 'Watch-KubeEvent -Context prod-*, stage -First 6'
        Wait-Until { $started.Output.Count -eq 3 }
        Stop-Sandbox $sandboxes[0]
        New-ServerEvent $sandboxes[1] meanwhile
        New-ServerEvent $sandboxes[0] behind-the-wall
        Wait-Until { $started.Output.Count -eq 4 }
        $sandboxes[0].AcceptConnections()
        Wait-Until { $started.Output.Count -eq 5 }
        New-ServerEvent $sandboxes[2] last
        $started.Shell.EndInvoke($started.Run)
        $started.Output[3..5] | ForEach-Object { "$($_.Context) $($_.Name)" } | Should -Be 'prod-us meanwhile', 'prod-eu behind-the-wall', 'stage last'
        $started.Shell.Streams.Error | Should -BeNullOrEmpty
        $started.Shell.Dispose()
    }

    It 'says of a context that is not there, or cannot be used, what is wrong' {
        { Get-KubeEvent -Context nope } | Should -Throw -ErrorId 'ClusterNotConfigured,*'
        { Get-KubeEvent -Context nope-* } | Should -Throw "No context of the kubeconfig fits 'nope-*'; there is: broken, prod-eu, prod-us, stage."
        $events = Get-KubeEvent -Context nope-*, broken, stage -ErrorVariable problems -ErrorAction SilentlyContinue -First 1
        $events.Context | Should -Be stage
        ($problems | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).TargetObject | Should -Be nope-*, broken
        { Get-KubeEvent -Context 'prod-[' } | Should -Throw -ErrorId 'ArgumentNotValid,*'
        { Wait-KubeEvent -Context prod-* -TimeoutSec 5 } | Should -Throw '*2 contexts (prod-eu, prod-us)*'
        (Wait-KubeEvent -Context prod-e* -TimeoutSec 20).Context | Should -Be prod-eu
    }

    It 'completes contexts, also behind a comma' {
        (TabExpansion2 'Get-KubeEvent -Context prod' 27).CompletionMatches.CompletionText | Should -Be prod-eu, prod-us
        (TabExpansion2 'Watch-KubeEvent -Context stage, prod-u' 38).CompletionMatches.CompletionText | Should -Be prod-us
    }

    It 'are all spoken for by Sync-KubeEvent, or one by its name' {
        $redis = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'my-op-redis'; namespace = 'default'; uid = '1' } }
        $null = $sandboxes[0].Faults.Next((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        $redis | Write-KubeEvent Elsewhere elsewhere -Context prod-eu -NoWait
        $redis | Write-KubeEvent Here here -NoWait
        $one = Sync-KubeEvent -Context stage -PassThru -ErrorVariable problems
        $one.Written, $one.Failed, $problems.Count | Should -Be 1, 0, 0
        $all = Sync-KubeEvent -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $all.Written, $all.Failed, $problems.Count | Should -Be 0, 1, 1
    }

    It 'are all spoken for by Sync-KubeEvent where no current one can be used, which a spool needs alone' {
        $redis = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'my-op-redis'; namespace = 'default'; uid = '1' } }
        $three = $env:KUBECONFIG
        $env:KUBECONFIG = Join-Path $TestDrive broken.kubeconfig
        'clusters: [' | Set-Content $env:KUBECONFIG
        try {
            $redis | Write-KubeEvent Broken broken -Kubeconfig $three -NoWait
            $all = Sync-KubeEvent -PassThru -ErrorVariable problems
            $all.Written, $problems.Count | Should -Be 1, 0
            $redis | Write-KubeEvent Broken broken -Kubeconfig $three -NoWait
            $all = Sync-KubeEvent -SpoolPath (Join-Path $TestDrive spool) -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
            $all.Written | Should -Be 1
            $problems.FullyQualifiedErrorId | Should -BeLike 'ClusterNotConfigured,*'
            1 | ForEach-Object -Parallel {
                Import-Module $using:ModulePath
                $using:redis | Write-KubeEvent Left left -Kubeconfig $using:three -NoWait
            }
            (Sync-KubeEvent -PassThru).Written | Should -Be 1
        }
        finally {
            $env:KUBECONFIG = $three
        }
    }
}
