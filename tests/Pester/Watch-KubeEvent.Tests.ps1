BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    $redis = New-Redis $sandbox my-op-redis
    $null = $redis | Write-KubeEvent There there
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Watch-KubeEvent' {
    It 'gives what is there, then each event that is new or was counted up' {
        $started = Start-Script 'Watch-KubeEvent -First 3'
        Wait-Until { $started.Output.Count -eq 1 }
        $null = $redis | Write-KubeEvent New new
        $null = $redis | Write-KubeEvent New new
        $started.Shell.EndInvoke($started.Run)
        $started.Shell.Dispose()
        $started.Output.Reason | Should -Be There, New, New
        $started.Output.Count | Should -Be 3
        $started.Output[2].Count | Should -Be 2
    }

    It 'skips with -New what is there' {
        $watches = $sandbox.Count('watch', 'events')
        $started = Start-Script 'Watch-KubeEvent -New -First 1'
        Wait-Until { $sandbox.Count('watch', 'events') -gt $watches }
        $null = $redis | Write-KubeEvent Later later
        $started.Shell.EndInvoke($started.Run)
        $started.Shell.Dispose()
        $started.Output.Reason | Should -Be Later
    }

    It 'gives with -IncludeDeleted what was deleted, and says what happened' {
        $null = $redis | Write-KubeEvent Passing passing
        $watches = $sandbox.Count('watch', 'events')
        $started = Start-Script 'Watch-KubeEvent -Reason Passing -IncludeDeleted -First 2'
        Wait-Until { $sandbox.Count('watch', 'events') -gt $watches -and $started.Output.Count -eq 1 }
        $null = Invoke-RestMethod "$($sandbox.Address)api/v1/namespaces/default/events/$($started.Output[0].Name)" -Method Delete
        $started.Shell.EndInvoke($started.Run)
        $started.Shell.Dispose()
        $started.Output.Change | Should -Be Added, Deleted
    }

    It 'takes the filters of Get-KubeEvent' {
        (Watch-KubeEvent redis/my-op-redis -Reason Th* -First 1).Reason | Should -Be There
        ($redis | Watch-KubeEvent -Reason There -First 1).Reason | Should -Be There
    }

    It 'follows a name to what is made anew, with what it owns, and an object with its uid to no other' {
        $again = New-Redis $sandbox again
        $null = $again | Write-KubeEvent First first
        $watches = @(
            Start-Script 'Watch-KubeEvent redis/again -First 2 -TimeoutSec 60'
            Start-Script 'Watch-KubeEvent redis/again -IncludeOwned -First 3 -TimeoutSec 60'
            Start-Script 'param($It) $It | Watch-KubeEvent -First 2 -TimeoutSec 60' $again
        )
        Wait-Until { -not ($watches | Where-Object { $_.Output.Count -eq 0 }) }
        $null = Invoke-RestMethod "$($sandbox.Address)apis/cache.example.com/v1/namespaces/default/redises/again" -Method Delete
        $anew = New-Redis $sandbox again
        $anew.metadata.uid | Should -Not -Be $again.metadata.uid
        $child = $sandbox.Put((@{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'again-child'; namespace = 'default'
            ownerReferences = @(@{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; name = 'again'; uid = $anew.metadata.uid }) } } | ConvertTo-Json -Depth 6)) | ConvertFrom-Json
        $null = $child | Write-KubeEvent OfItsChild child
        $null = $anew | Write-KubeEvent Second second
        $null = $again | Write-KubeEvent Late late
        foreach ($watch in $watches) {
            $watch.Shell.EndInvoke($watch.Run)
            $watch.Shell.Dispose()
        }
        $watches[0].Output.Reason | Should -Be First, Second
        $watches[1].Output.Reason | Should -Be First, OfItsChild, Second
        $watches[2].Output.Reason | Should -Be First, Late
    }

    It 'ends with an error of its own when the time is over before all are there' {
        Watch-KubeEvent -Reason Never -First 1 -TimeoutSec 1 -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems[0].FullyQualifiedErrorId | Should -Be 'WatchTimedOut,EventRecording.PowerShell.WatchKubeEventCommand'
        $problems[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
    }

    It 'just ends when the time is over and no number was asked for' {
        (Watch-KubeEvent -Reason There -TimeoutSec 1 -ErrorAction Stop).Reason | Should -Be There
    }

    It 'ends with Select-Object -First' {
        Watch-KubeEvent | Select-Object -First 1 | Should -HaveCount 1
    }

    It 'ends at once when it is stopped' {
        $watches = $sandbox.Count('watch', 'events')
        $started = Start-Script 'Watch-KubeEvent'
        Wait-Until { $sandbox.Count('watch', 'events') -gt $watches }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $started.Shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        $started.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
        @($started.Shell.Streams.Error.FullyQualifiedErrorId) -match "EventRecording" | Should -BeNullOrEmpty
        $started.Shell.Dispose()
    }

    It 'tells with -Every of a thing once, and again if it goes on' {
        $started = Start-Script 'Watch-KubeEvent -Reason Often -Every 2s -First 2'
        1..3 | ForEach-Object { $redis | Write-KubeEvent Often "took $_ s" }
        $started.Shell.EndInvoke($started.Run)
        $started.Shell.Dispose()
        ($started.Output.SinceLast | Measure-Object -Sum).Sum | Should -Be 3
        $started.Output[1] | Format-List | Out-String | Should -Match 'SinceLast : '
    }

    It 'leaves out with -MinCount what does not happen as often, and tells at the end of the time of what did' {
        $events = Watch-KubeEvent -Every 1h -MinCount 2 -TimeoutSec 2
        $events.Reason | Should -Contain Often
        $events.Reason | Should -Not -Contain There
    }

    It 'knows with -New and -Every how often a thing happens whose event was there, and counts in jumps' {
        New-ServerEvent $sandbox jumps @{ reason = 'Jumps'; count = 10 }
        $started = Start-Script 'Watch-KubeEvent -Reason Jumps -New -Every 1s -MinCount 5 -First 2 -Verbose'
        Wait-Until { $started.Shell.Streams.Verbose.Message -match 'What is there was read' }
        New-ServerEvent $sandbox jumps @{ reason = 'Jumps'; count = 20 }
        Wait-Until { $started.Output.Count -eq 1 }
        New-ServerEvent $sandbox jumps @{ reason = 'Jumps'; count = 45 }
        $started.Shell.EndInvoke($started.Run)
        $started.Shell.Dispose()
        $started.Output.SinceLast | Should -Be 10, 25
    }

    It 'refuses what makes no sense beside -Every' {
        { Watch-KubeEvent -MinCount 3 } | Should -Throw -ErrorId 'ArgumentNotValid,*'
        { Watch-KubeEvent -Every 0s } | Should -Throw -ErrorId 'ArgumentNotValid,*'
        { Watch-KubeEvent -Every 1m -IncludeDeleted } | Should -Throw -ErrorId 'ArgumentNotValid,*'
    }

    It 'goes on after the connection broke, and says so with -Verbose' {
        $watches = $sandbox.Count('watch', 'events')
        $started = Start-Script 'Watch-KubeEvent -New -Reason Survived -First 1 -Verbose'
        Wait-Until { $sandbox.Count('watch', 'events') -gt $watches }
        $sandbox.DropConnections()
        $null = $redis | Write-KubeEvent Survived survived
        $started.Shell.EndInvoke($started.Run)
        $started.Output.Reason | Should -Be Survived
        $started.Shell.Streams.Verbose.Message -match 'The watch broke' | Should -Not -BeNullOrEmpty
        $started.Shell.Dispose()
    }
}
