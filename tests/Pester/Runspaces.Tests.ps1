BeforeAll {
    . "$PSScriptRoot/Support.ps1"

    function New-Runspace {
        $state = [initialsessionstate]::CreateDefault()
        $state.ImportPSModule($ModulePath)
        $runspace = [runspacefactory]::CreateRunspace($state)
        $runspace.Open()
        $runspace
    }

    # Runs a script in another runspace, and gives its output.
    function Invoke-In($Runspace, [string] $Script, [object] $Argument) {
        $shell = [powershell]::Create()
        try {
            $shell.Runspace = $Runspace
            $shell.AddScript($Script).AddArgument($Argument).Invoke()
        }
        finally {
            $shell.Dispose()
        }
    }
}

AfterAll {
    Remove-Module EventRecording
}

Describe 'Runspaces' {
    BeforeEach {
        $sandbox = New-Sandbox
        $env:KUBECONFIG = Save-Kubeconfig $sandbox
        $redis = New-Redis $sandbox my-op-redis
        $other = New-Runspace
    }

    AfterEach {
        $other.Dispose()
        $env:KUBECONFIG = $null
        $sandbox.Dispose()
    }

    It 'tell what failed to whoever handed it over, and to nobody else' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        Invoke-In $other '$args[0] | Write-KubeEvent Refused refused -NoWait' $redis
        $here = Sync-KubeEvent -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $there = Invoke-In $other 'Sync-KubeEvent -PassThru -ErrorAction SilentlyContinue'
        $here.Failed, $there.Failed | Should -Be 0, 1
        $problems | Should -BeNullOrEmpty
    }

    It 'that show no files, as of just enough administration, record and read' {
        New-PSSessionConfigurationFile "$TestDrive/restricted.pssc" -SessionType RestrictedRemoteServer -ModulesToImport "$ModulePath" -VisibleCmdlets Write-KubeEvent, Get-KubeEvent
        $restricted = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateFromSessionConfigurationFile("$TestDrive/restricted.pssc"))
        $restricted.Open()
        try {
            foreach ($command in @{ Name = 'Write-KubeEvent'; Parameters = @{ For = 'redis/my-op-redis'; Reason = 'Restricted'; Message = 'm' } }, @{ Name = 'Get-KubeEvent'; Parameters = @{ Kubeconfig = $env:KUBECONFIG } }) {
                $shell = [powershell]::Create($restricted)
                $output = $shell.AddCommand($command.Name).AddParameters($command.Parameters).Invoke()
                $shell.Streams.Error | Should -BeNullOrEmpty
                $output.Reason | Should -Be Restricted
                $shell.Dispose()
            }
        }
        finally {
            $restricted.Dispose()
        }
    }

    It 'count their own with ForEach-Object -Parallel' {
        $written = 1..5 | ForEach-Object -Parallel {
            Import-Module $using:ModulePath
            $redis = $using:redis
            1..$_ | ForEach-Object { $redis } | Write-KubeEvent Parallel parallel -NoWait
            "$_=$((Sync-KubeEvent -PassThru).Written)"
        } -ThrottleLimit 5
        $written | Sort-Object | Should -Be '1=1', '2=2', '3=3', '4=4', '5=5'
        (Get-KubeEvent -Reason Parallel).Count | Should -Be 15
    }

    It 'lose nothing when another one removes the module' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::Hang())
        Invoke-In $other '$global:recorder = New-KubeEventRecorder ops; $recorder.Event($args[0], "Normal", "Recorded", "recorded"); $args[0] | Write-KubeEvent HandedOver "handed over" -NoWait' $redis
        Remove-Module EventRecording
        Import-Module $ModulePath
        $sandbox.Faults.Clear()
        $sandbox.DropConnections()
        $result = Invoke-In $other '$recorder.Event($args[0], "Normal", "Later", "later"); Sync-KubeEvent -PassThru' $redis
        $result.Written, $result.Failed | Should -Be 3, 0
    }

    It 'that end leave behind what they handed over, and it is written' {
        $null = $sandbox.Faults.Next((Get-SandboxType Fault)::TooManyRequests([timespan]::FromSeconds(1)))
        Invoke-In $other '$args[0] | Write-KubeEvent Pending pending -NoWait' $redis
        $other.Dispose()
        # The fault may meet the reading instead.
        Wait-Until { Get-KubeEvent -Reason Pending -ErrorAction SilentlyContinue }
    }

    It 'that end leave behind what failed, which is told at the end of the process' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        $run = Invoke-Process -Environment @{ KUBECONFIG = $env:KUBECONFIG } -Script @'
1..2 | ForEach-Object -Parallel {
    Import-Module $using:ModulePath
    Write-KubeEvent -For @{ apiVersion = "v1"; kind = "Pod"; metadata = @{ name = "p"; namespace = "default" } } -Reason "Untold$_" -Message untold -NoWait
}
Start-Sleep -Milliseconds 500
'@
        $run.Error | Should -BeLike 'EventRecording: handed over but not recorded, and not yet told by Sync-KubeEvent: 2. *exceeded quota*'
    }

    It 'that end leave behind what failed, which Sync-KubeEvent tells in another one, once' {
        $null = $sandbox.Faults.Always((Get-SandboxType Fault)::ForbiddenByAdmission('exceeded quota: events'))
        1..2 | ForEach-Object -Parallel {
            Import-Module $using:ModulePath
            $using:redis | Write-KubeEvent "Left$_" left -NoWait
        }
        $result = Sync-KubeEvent -PassThru -ErrorVariable problems -ErrorAction SilentlyContinue
        $result.Pending, $result.Failed, $problems.Count | Should -Be 0, 2, 2
        (Sync-KubeEvent -PassThru).Failed | Should -Be 0
    }

    It 'that end leave behind what they wrote and their recorders, which Sync-KubeEvent counts in another one, once' {
        1..2 | ForEach-Object -Parallel {
            Import-Module $using:ModulePath
            $using:redis | Write-KubeEvent "Counted$_" counted -NoWait
            (New-KubeEventRecorder ops).Event($using:redis, 'Normal', "Recorded$_", 'recorded')
        }
        (Sync-KubeEvent -PassThru).Written | Should -Be 4
        (Sync-KubeEvent -PassThru).Written | Should -Be 0
    }

    It 'that end with their process, as in a job, write what they handed over' {
        $job = Start-Job {
            Import-Module $using:ModulePath
            $using:redis | Write-KubeEvent InJob 'handed over' -NoWait
            $recorder = New-KubeEventRecorder ops
            1..30 | ForEach-Object { $recorder.Event($using:redis, 'Normal', "InJob$_", 'recorded') }
        }
        $null = $job | Wait-Job
        $job | Receive-Job -Wait -AutoRemoveJob | Should -BeNullOrEmpty
        (Get-KubeEvent -Reason InJob*).Count | Should -Be 31
    }

    It 'that end within such a process before the last one are waited for, too' {
        $null = $sandbox.Faults.Next((Get-SandboxType Fault)::TooManyRequests([timespan]::FromSeconds(1)))
        $job = Start-Job {
            Import-Module $using:ModulePath
            $null = New-KubeEventRecorder ops
            $ModulePath, $redis = $using:ModulePath, $using:redis
            1..3 | ForEach-Object -Parallel {
                Import-Module $using:ModulePath
                $using:redis | Write-KubeEvent "InParallel$_" 'handed over' -NoWait
            }
        }
        $null = $job | Wait-Job
        $job | Receive-Job -Wait -AutoRemoveJob | Should -BeNullOrEmpty
        (Get-KubeEvent -Reason InParallel*).Count | Should -Be 3
    }

    It 'keep few connections of kubeconfigs that are used once' {
        1..60 | ForEach-Object { $null = Get-KubeEvent -Kubeconfig (Save-Kubeconfig $sandbox) }
        Wait-Until {
            $open = [System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpConnections() |
                Where-Object { $_.RemoteEndPoint.Port -eq $sandbox.Address.Port -and $_.State -eq 'Established' }
            @($open).Count -le 32
        }
    }
}
