BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    New-ServerEvent $sandbox there @{ reason = 'Deployed' }
    New-ServerEvent $sandbox bad @{ reason = 'BackOff'; count = 2 }
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Wait-KubeEvent' {
    It 'gives the event, also one that is there already' {
        (Wait-KubeEvent ([pscustomobject]@{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'web-0'; namespace = 'default' } }) -Reason Deployed -TimeoutSec 60).Name | Should -Be there
    }

    It 'waits for what happens from now on with -New' {
        $script = Start-Script 'Wait-KubeEvent -Reason Deployed -FailOn BackOff -New -TimeoutSec 60'
        foreach ($number in 1..600) {
            New-ServerEvent $sandbox "new-$number" @{ reason = 'Deployed' }
            if ($script.Run.AsyncWaitHandle.WaitOne(100)) { break }
        }
        $script.Shell.EndInvoke($script.Run)
        $script.Output.Count | Should -Be 1
        $script.Output[0].Name | Should -BeLike 'new-*'
    }

    It 'ends with an error that carries the event when a failure comes' {
        try { Wait-KubeEvent -Reason Never -FailOn BackOff, Failed* -TimeoutSec 60 } catch { $failure = $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'EventFailed,EventRecording.PowerShell.WaitKubeEventCommand'
        $failure.TargetObject.Name | Should -Be bad
        "$failure" | Should -Match 'Normal BackOff pod/web-0 \(x2\)'
    }

    It 'counts a failure that is there already, and with -New does not' {
        { Wait-KubeEvent -Reason Never -FailOn BackOff -TimeoutSec 60 } | Should -Throw -ErrorId 'EventFailed,*'
        { Wait-KubeEvent -Reason Never -FailOn BackOff -New -TimeoutSec 1 } | Should -Throw -ErrorId 'WaitTimedOut,*'
    }

    It 'goes by the latest of what is there, whatever the server lists first' {
        foreach ($number in 1..2) {
            $null = New-Redis $sandbox "backup-$number"
            foreach ($event in @{ name = "z$number"; reason = 'BackupFailed'; lastTimestamp = '2026-11-20T12:10:00Z' }, @{ name = "$(@('a', 'zz')[$number - 1])$number"; reason = 'BackupCompleted'; lastTimestamp = '2026-11-20T12:50:00Z' }) {
                New-ServerEvent $sandbox $event.name @{ reason = $event.reason; lastTimestamp = $event.lastTimestamp; involvedObject = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; name = "backup-$number"; namespace = 'default' } }
            }
            (Wait-KubeEvent redis/backup-$number -Reason BackupCompleted -FailOn BackupFailed -TimeoutSec 60).Reason | Should -Be BackupCompleted
        }
    }

    It 'does not fail for fewer than -MinCount, and says what was seen last when time runs out' {
        try { Wait-KubeEvent -Reason Never -FailOn BackOff -MinCount 3 -TimeoutSec 1 } catch { $failure = $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'WaitTimedOut,EventRecording.PowerShell.WaitKubeEventCommand'
        "$failure" | Should -Match 'within 1 s; seen last: '
        { Wait-KubeEvent redis/none -Reason Never -TimeoutSec 1 } | Should -Throw '*no event came at all*'
        { Wait-KubeEvent nothing/none -Reason Never -TimeoutSec 60 } | Should -Throw -ErrorId 'ResourceNotFound,*'
    }

    It 'follows what is owned while it changes' {
        $owner = New-Redis $sandbox rollout
        $script = Start-Script 'Wait-KubeEvent redis/rollout -IncludeOwned -Reason Ready -TimeoutSec 120'
        $null = $sandbox.Put((@{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = 'rollout-child'; namespace = 'default'
            ownerReferences = @(@{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; name = 'rollout'; uid = $owner.metadata.uid; controller = $true }) } } | ConvertTo-Json -Depth 6))
        New-ServerEvent $sandbox ready @{ reason = 'Ready'; involvedObject = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; name = 'rollout-child'; namespace = 'default' } }
        $script.Run.AsyncWaitHandle.WaitOne(120000) | Should -BeTrue
        $script.Output[0].Name | Should -Be ready
    }

    It 'waits by a name for what is made anew <More>, and not for what it was before' -ForEach @{ More = '' }, @{ More = '-New' } {
        $name = "again$($More.ToLowerInvariant())"
        $about = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; name = $name; namespace = 'default' }
        $null = New-Redis $sandbox $name
        New-ServerEvent $sandbox "$name-old" @{ reason = 'Started'; involvedObject = $about + @{ uid = 'of-one-before' } }
        $watches = $sandbox.Count('watch', 'events')
        $script = Start-Script "Wait-KubeEvent redis/$name -Reason Started $More -TimeoutSec 60"
        Wait-Until { $sandbox.Count('watch', 'events') -gt $watches }
        $null = Invoke-RestMethod "$($sandbox.Address)apis/cache.example.com/v1/namespaces/default/redises/$name" -Method Delete
        New-ServerEvent $sandbox "$name-new" @{ reason = 'Started'; involvedObject = $about + @{ uid = (New-Redis $sandbox $name).metadata.uid } }
        $script.Shell.EndInvoke($script.Run)
        $script.Shell.Dispose()
        $script.Output.Name | Should -Be "$name-new"
    }

    It 'compares a reason as it is written, and a pattern in any case, as the help says' {
        New-ServerEvent $sandbox of-case @{ reason = 'OfCase' }
        { Wait-KubeEvent -Reason Never -FailOn ofcase -TimeoutSec 1 } | Should -Throw -ErrorId 'WaitTimedOut,*'
        { Wait-KubeEvent -Reason Never -FailOn ofcase* -TimeoutSec 60 } | Should -Throw -ErrorId 'EventFailed,*'
        (Get-Help Wait-KubeEvent).alertSet.alert.Text + (Get-Help Wait-KubeEvent).description.Text -join ' ' | Should -Match 'A value without wildcards is compared as it is written, one with wildcards in any case'
    }

    It 'is an exit code to pwsh -c' {
        (Invoke-Process 'Wait-KubeEvent -Reason Deployed -TimeoutSec 60').ExitCode | Should -Be 0
        (Invoke-Process 'Wait-KubeEvent -Reason Never -FailOn BackOff -TimeoutSec 60').ExitCode | Should -Be 1
        (Invoke-Process 'Wait-KubeEvent -Reason Never -TimeoutSec 1').ExitCode | Should -Be 1
    }
}
