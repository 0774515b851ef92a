BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $before = $env:KUBECONFIG
}

AfterAll {
    Stop-KubeEventSandbox
    $env:KUBECONFIG = $before
    Remove-Module EventRecording
}

Describe 'Start-KubeEventSandbox' {
    AfterEach {
        Stop-KubeEventSandbox
        $env:KUBECONFIG = $before
    }

    It 'lets a newcomer without a cluster record, read and watch' {
        $run = Invoke-Process -Environment @{ KUBECONFIG = '' } -Script @'
$null = Start-KubeEventSandbox
$null = Write-KubeEvent -For redis/my-op-redis -Reason ScaledUp -Message '3 replicas'
(Get-KubeEvent).Message
(Watch-KubeEvent -First 1 -TimeoutSec 20).InvolvedObject.ToString()
'@
        $run.Error | Should -BeNullOrEmpty
        $run.Output | Should -Be '3 replicas', 'redis/my-op-redis'
    }

    It 'is the current cluster, for kubectl too, until it is stopped' {
        $env:KUBECONFIG = '/before/it'
        $sandbox = Start-KubeEventSandbox
        $env:KUBECONFIG | Should -Be $sandbox.Kubeconfig
        (Invoke-WebRequest "$($sandbox.Url)version").StatusCode | Should -Be 200
        if (Get-Command kubectl -ErrorAction Ignore) {
            kubectl get redis my-op-redis -o name | Should -Be 'redis.cache.example.com/my-op-redis'
        }
        Stop-KubeEventSandbox
        $env:KUBECONFIG | Should -Be '/before/it'
        $sandbox.IsRunning | Should -BeFalse
        Split-Path $sandbox.Kubeconfig | Should -Not -Exist
        { Invoke-WebRequest "$($sandbox.Url)version" -TimeoutSec 5 } | Should -Throw
    }

    It 'leaves a KUBECONFIG alone that was set since' {
        $null = Start-KubeEventSandbox
        $env:KUBECONFIG = '/set/since'
        Stop-KubeEventSandbox
        $env:KUBECONFIG | Should -Be '/set/since'
    }

    It 'keeps its kubeconfig from others' -Skip:$IsWindows {
        $sandbox = Start-KubeEventSandbox
        (Get-Item $sandbox.Kubeconfig).UnixFileMode -eq [System.IO.UnixFileMode]'UserRead, UserWrite' | Should -BeTrue
        (Get-Item (Split-Path $sandbox.Kubeconfig)).UnixFileMode -eq [System.IO.UnixFileMode]'UserRead, UserWrite, UserExecute' | Should -BeTrue
    }

    It 'starts one as the current cluster, and any number beside it' {
        $first = Start-KubeEventSandbox
        { Start-KubeEventSandbox } | Should -Throw -ErrorId 'SandboxRunning,EventRecording.PowerShell.StartKubeEventSandboxCommand'
        $second = Start-KubeEventSandbox -KeepKubeconfig
        $env:KUBECONFIG | Should -Be $first.Kubeconfig
        $null = Write-KubeEvent -For redis/my-op-redis -Reason Beside -Message beside -Kubeconfig $second.Kubeconfig
        Get-KubeEvent | Should -BeNullOrEmpty
        $second | Stop-KubeEventSandbox
        $second.IsRunning, $first.IsRunning | Should -Be $false, $true
    }

    It 'stores objects by name and as they are, with their kinds and namespaces' {
        $custom = [pscustomobject]@{ apiVersion = 'acme.io/v1'; kind = 'Policy'; metadata = @{ name = 'main'; namespace = 'shop' } }
        $sandbox = Start-KubeEventSandbox -For deploy/web, postgres/main, $custom, @{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'web-0' } }
        $sandbox.Objects.ForEach{ "$($_.ApiVersion) $_ $($_.Namespace)" } |
            Should -Be 'apps/v1 deployment/web default', 'example.com/v1 postgres/main default', 'acme.io/v1 policy/main shop', 'v1 pod/web-0 default'
        ($sandbox.Objects | Write-KubeEvent Seeded seeded).Outcome | Should -Be Created, Created, Created, Created
        { Write-KubeEvent -For redis/my-op-redis -Reason None -Message none -ErrorAction Stop } | Should -Throw -ErrorId 'ResourceNotFound,*'
    }

    It 'takes no objects' {
        (Start-KubeEventSandbox -For @()).Objects | Should -BeNullOrEmpty
    }

    It 'says what is no object, and starts nothing' {
        $files = { (Get-ChildItem ([IO.Path]::GetTempPath()) -Filter 'eventrecording-sandbox-*').Name }
        $present = & $files
        { Start-KubeEventSandbox -For nothing } | Should -Throw -ErrorId 'ArgumentNotValid,EventRecording.PowerShell.StartKubeEventSandboxCommand'
        & $files | Where-Object { $_ -notin $present } | Should -BeNullOrEmpty
        $env:KUBECONFIG | Should -Be $before
    }

    It 'fails writes as told' {
        $sandbox = Start-KubeEventSandbox
        $sandbox.FailWrites(2)
        ($sandbox.Objects[0] | Write-KubeEvent Retried retried).Outcome | Should -Be Created
        $sandbox.FailWrites(1, 403)
        $sandbox.Objects[0] | Write-KubeEvent Refused refused -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'RequestRefused,*'
        { $sandbox.FailWrites(0) } | Should -Throw
        { $sandbox.FailWrites(1, 200) } | Should -Throw
    }

    It 'has outages, which its end does not wait for' {
        $sandbox = Start-KubeEventSandbox
        $sandbox.BeginOutage()
        $sandbox.Objects[0] | Write-KubeEvent Outage outage -TimeoutSec 1 -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'EventNotWritten,*'
        $sandbox.EndOutage()
        ($sandbox.Objects[0] | Write-KubeEvent Outage outage).Outcome | Should -Be Created
        $sandbox.BeginOutage()
        $sandbox.Objects[0] | Write-KubeEvent Pending pending -NoWait
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Stop-KubeEventSandbox
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        Sync-KubeEvent -Kubeconfig (Save-Kubeconfig ($other = New-Sandbox)) -ErrorAction Ignore
        $other.Dispose()
    }

    It 'does nothing with -WhatIf' {
        Start-KubeEventSandbox -WhatIf | Should -BeNullOrEmpty
        $sandbox = Start-KubeEventSandbox
        Stop-KubeEventSandbox -WhatIf
        $sandbox.IsRunning | Should -BeTrue
    }

    It 'goes with the module' {
        $sandbox = Start-KubeEventSandbox
        $sandbox.Objects[0] | Write-KubeEvent Pending pending -NoWait
        Remove-Module EventRecording
        $sandbox.IsRunning | Should -BeFalse
        $env:KUBECONFIG | Should -Be $before
        Split-Path $sandbox.Kubeconfig | Should -Not -Exist
        Import-Module $ModulePath
    }

    It 'stays when another runspace removes the module' {
        $sandbox = Start-KubeEventSandbox
        $started = Start-Script 'Remove-Module EventRecording'
        $started.Shell.EndInvoke($started.Run)
        $started.Shell.Dispose()
        $sandbox.IsRunning | Should -BeTrue
        ($sandbox.Objects[0] | Write-KubeEvent Alive alive).Outcome | Should -Be Created
    }

    It 'goes with the process, and leaves no file' {
        $run = Invoke-Process '$sandbox = Start-KubeEventSandbox; $sandbox.Objects[0] | Write-KubeEvent Pending pending -NoWait; $sandbox.Kubeconfig; exit 3'
        $run.ExitCode | Should -Be 3
        $run.Error | Should -BeNullOrEmpty
        Split-Path $run.Output[0] | Should -Not -Exist
    }

    It 'is shown as a list' {
        $shown = Start-KubeEventSandbox | Out-String
        $shown | Should -Match 'Url +: http://127\.0\.0\.1:\d+/'
        $shown | Should -Match 'Objects +: redis/my-op-redis, devbox/my-devbox, terminal/my-terminal'
    }
}

Describe 'Stop-KubeEventSandbox' {
    It 'has nothing to do where none runs' {
        Stop-KubeEventSandbox -Verbose 4>&1 | Should -BeLike 'No sandbox is running.'
    }

    It 'stops those whose port somebody took in an outage, and says so' -Skip:(-not $IsLinux) {
        $sandboxes = 1..2 | ForEach-Object { Start-KubeEventSandbox -KeepKubeconfig }
        $others = $sandboxes | ForEach-Object {
            $_.BeginOutage()
            $socket = [System.Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
            $socket.SetSocketOption('Socket', 'ReuseAddress', $true)
            $socket.Bind([System.Net.IPEndPoint]::new([ipaddress]::Loopback, $_.Url.Port))
            $socket.Listen()
            $socket
        }
        $sandboxes | Stop-KubeEventSandbox -ErrorVariable problems -ErrorAction SilentlyContinue
        $others.ForEach('Dispose')
        $problems.FullyQualifiedErrorId | Should -Be (@('SandboxPortTaken,EventRecording.PowerShell.StopKubeEventSandboxCommand') * 2)
        $problems.TargetObject | Should -Be $sandboxes
        $sandboxes.IsRunning | Should -Be $false, $false
        $sandboxes.Kubeconfig | Split-Path | Should -Not -Exist
    }

    It 'can be told twice' {
        $sandbox = Start-KubeEventSandbox
        $sandbox, $sandbox | Stop-KubeEventSandbox
        { $sandbox.BeginOutage() } | Should -Throw '*is stopped*'
    }
}
