BeforeAll {
    . "$PSScriptRoot/Support.ps1"

    # A fresh process, since this one has loaded all that there is.
    function Invoke-Fresh([string] $Script) {
        $environment = @{ KUBECONFIG = $env:KUBECONFIG; NO_COLOR = '1' }
        $pwsh = (Get-Process -Id $PID).Path
        $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes("`$ErrorActionPreference = 'Stop'; `$ModulePath = '$ModulePath'; $Script"))
        $file = Join-Path $TestDrive "$([guid]::NewGuid())"
        $process = Start-Process $pwsh -ArgumentList '-NoProfile', '-NonInteractive', '-OutputFormat', 'Text', '-EncodedCommand', $encoded -Environment $environment `
            -RedirectStandardOutput "$file.out" -RedirectStandardError "$file.err" -Wait -PassThru
        if ($process.ExitCode -ne 0) {
            throw "Exit code $($process.ExitCode): $(Get-Content -Raw "$file.err")"
        }
        Get-Content "$file.out"
    }
}

Describe 'The module' {
    It 'has a manifest that is valid and complete' {
        $manifest = Test-ModuleManifest $ModulePath
        $manifest.PowerShellVersion | Should -Be '7.4'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
        $manifest.PrivateData.PSData.Tags | Should -Contain 'Kubernetes'
        $manifest.LicenseUri, $manifest.ProjectUri, $manifest.ReleaseNotes, $manifest.Description | Should -Not -Contain $null
        $raw = Import-PowerShellDataFile $ModulePath
        $raw.Values | ForEach-Object { $_ } | Should -Not -Contain '*'
    }

    It 'exports its cmdlets and nothing else' {
        (Get-Command -Module EventRecording).Name | Sort-Object | Should -Be ConvertTo-KubeEventLog, Export-KubeEvent, Export-KubeEventTimeline, Get-KubeEvent, Import-KubeEvent, Invoke-KubeEventStep, Measure-KubeEvent, New-KubeEventRecorder, Start-KubeEventSandbox, Stop-KubeEventSandbox, Sync-KubeEvent, Wait-KubeEvent, Watch-KubeEvent, Write-KubeEvent
        (Get-Module EventRecording).ExportedCommands.Values.CommandType | Sort-Object -Unique | Should -Be Cmdlet
    }

    It 'ships no assembly of PowerShell' {
        Get-ChildItem (Split-Path $ModulePath) -Recurse -Filter System.*.dll | Should -BeNullOrEmpty
    }

    It 'says for each mandatory parameter what is wanted' {
        $silent = foreach ($command in Get-Command -Module EventRecording) {
            foreach ($parameter in $command.Parameters.Values) {
                $parameter.Attributes.Where{ $_ -is [Parameter] -and $_.Mandatory -and -not $_.HelpMessage }.ForEach{ "$command -$($parameter.Name)" }
            }
        }
        $silent | Should -BeNullOrEmpty
    }

    It 'loads no YAML before it is needed, and then into its own context' {
        $sandbox = New-Sandbox
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $lines = Invoke-Fresh @'
Import-Module $ModulePath
function Show { [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -match 'YamlDotNet|EventRecording' } | ForEach-Object { $_.GetName().Name + '=' + [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name } | Sort-Object | Join-String -Separator ' ' }
Show
$null = Get-KubeEvent
Show
'@
            $lines[0] | Should -Be 'EventRecording.Loader=Default EventRecording.PowerShell=Default EventRecording=Default'
            $lines[1] | Should -Be 'EventRecording.Cluster=EventRecording.Dependencies EventRecording.Loader=Default EventRecording.PowerShell=Default EventRecording=Default YamlDotNet=EventRecording.Dependencies'
        }
        finally {
            $env:KUBECONFIG = $null
            $sandbox.Dispose()
        }
    }

    It 'runs what was compiled for this system and runtime, where the module has it' {
        $folder = Split-Path $ModulePath
        $system = $IsWindows ? 'win' : $IsMacOS ? 'osx' : 'linux'
        $architecture = "$([Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture)".ToLowerInvariant()
        $images = Get-Item "$folder/ready-to-run/$system-$architecture" -ErrorAction Ignore
        $expected = $images -and [Environment]::Version.Major -eq 10 ? $images.FullName : $folder
        Invoke-Fresh @'
Import-Module $ModulePath
$null = [Reflection.Assembly]::Load('EventRecording.Cluster')
[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object FullName -Match '^EventRecording(\.PowerShell|\.Cluster)?,' | ForEach-Object Location | Sort-Object
'@ | Should -Be (('EventRecording.PowerShell.dll', 'EventRecording.dll', 'dependencies/EventRecording.Cluster.dll' | ForEach-Object { Join-Path $expected $_ }) | Sort-Object)
    }

    It 'compiles ahead what is marked elsewhere to be compiled well at once, but for what looks at each octet' {
        Invoke-Fresh @'
Import-Module $ModulePath
function Get-Marked($Assembly) { $Assembly.GetTypes().ForEach{ $_.GetMethods([Reflection.BindingFlags]'Static, Instance, Public, NonPublic, DeclaredOnly') }.Where{ $_.GetMethodImplementationFlags() -band 512 }.Name | Sort-Object -Unique }
$loaded = [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -eq 'EventRecording' }[0]
$loaded.Location -notmatch 'ready-to-run' -or "$(Get-Marked $loaded)" -eq 'EndOfText LengthOfObject'
(Get-Marked ([Runtime.Loader.AssemblyLoadContext]::new('beside').LoadFromAssemblyPath((Join-Path (Split-Path $ModulePath) EventRecording.dll)))) -contains 'ReadProperty'
'@ | Should -Be 'True', 'True'
    }

    It 'works where what was compiled for this system is damaged: <_>' -ForEach 'EventRecording.dll', 'EventRecording.PowerShell.dll' {
        $sandbox = New-Sandbox
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $null = New-Redis $sandbox my-op-redis
            $copy = Join-Path $TestDrive "damaged-$_"
            Copy-Item (Split-Path $ModulePath) $copy -Recurse
            foreach ($system in 'linux-x64', 'linux-arm64', 'osx-x64', 'osx-arm64', 'win-x64', 'win-arm64') {
                $null = New-Item -ItemType Directory "$copy/ready-to-run/$system" -Force
                Set-Content "$copy/ready-to-run/$system/$_" 'no assembly'
            }
            Invoke-Fresh "Import-Module '$copy/EventRecording.psd1'; (Write-KubeEvent ScaledUp 'replicas: 1 -> 3' -For redis/my-op-redis).Outcome" | Should -Be 'Created'
        }
        finally {
            $env:KUBECONFIG = $null
            $sandbox.Dispose()
        }
    }

    It 'is not imported where a file of it is missing, and says which: <_>' -ForEach 'EventRecording.Cluster.dll', 'YamlDotNet.dll' {
        $copy = Join-Path $TestDrive "without-$_"
        Copy-Item (Split-Path $ModulePath) $copy -Recurse
        Get-ChildItem $copy -Recurse -Filter $_ | Remove-Item
        Invoke-Fresh "try { Import-Module '$copy/EventRecording.psd1' } catch { `$_.Exception.Message }; 'goes on'" | Out-String | Should -BeLike "*is not whole: *$_ is missing.*goes on*"
    }

    It 'works beside another YamlDotNet that was loaded <_>' -ForEach 'before', 'after' {
        $sandbox = New-Sandbox
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $foreign = Join-Path $TestDrive $_
            $null = New-Item -ItemType Directory $foreign
            # Another version of the assembly, with none of the types of ours.
            Add-Type -TypeDefinition '[assembly: System.Reflection.AssemblyVersion("99.0.0.0")] namespace YamlDotNet { public class Stranger { public static string Name => "stranger"; } }' -OutputAssembly "$foreign/YamlDotNet.dll"
            $load = "Add-Type -Path '$foreign/YamlDotNet.dll'"
            $use = 'Import-Module $ModulePath; $null = Get-KubeEvent'
            $lines = Invoke-Fresh ((($_ -eq 'before') ? "$load; $use" : "$use; $load") + '; $null = Get-KubeEvent; [YamlDotNet.Stranger]::Name')
            $lines | Should -Be 'stranger'
        }
        finally {
            $env:KUBECONFIG = $null
            $sandbox.Dispose()
        }
    }

    It 'works beside another System.Text.Json that a module brought <_>' -ForEach 'before', 'after' {
        $sandbox = New-Sandbox
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $foreign = Join-Path $TestDrive "json-$_"
            $null = New-Item -ItemType Directory $foreign
            Add-Type -TypeDefinition '[assembly: System.Reflection.AssemblyVersion("99.0.0.0")] namespace System.Text.Json { public class Stranger { public static string Name => "stranger"; } }' -OutputAssembly "$foreign/System.Text.Json.dll"
            # PowerShell has one of its own in the default context, so other modules load theirs into a context of theirs.
            $load = "`$json = [Runtime.Loader.AssemblyLoadContext]::new('stranger').LoadFromAssemblyPath('$foreign/System.Text.Json.dll')"
            $use = 'Import-Module $ModulePath; $null = Get-KubeEvent'
            $lines = Invoke-Fresh ((($_ -eq 'before') ? "$load; $use" : "$use; $load") + '; $null = Get-KubeEvent; $json.GetType(''System.Text.Json.Stranger'')::Name')
            $lines | Should -Be 'stranger'
        }
        finally {
            $env:KUBECONFIG = $null
            $sandbox.Dispose()
        }
    }

    It 'can be removed, imported again and by force' {
        $sandbox = New-Sandbox
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $redis = New-Redis $sandbox my-op-redis
            ($redis | Write-KubeEvent Kept kept).Outcome | Should -Be Created
            Remove-Module EventRecording
            Get-Command Get-KubeEvent -ErrorAction Ignore | Should -BeNullOrEmpty
            Import-Module $ModulePath
            ($redis | Write-KubeEvent Kept kept).Outcome | Should -Be Counted
            Import-Module $ModulePath -Force
            ($redis | Write-KubeEvent Kept kept).Count | Should -Be 3
        }
        finally {
            $env:KUBECONFIG = $null
            $sandbox.Dispose()
        }
    }

    It 'writes what is pending when it is removed' {
        $sandbox = New-Sandbox
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $redis = New-Redis $sandbox my-op-redis
            $null = $sandbox.Faults.Next((Get-SandboxType Fault)::TooManyRequests([timespan]::FromSeconds(1)))
            $redis | Write-KubeEvent Pending pending -NoWait
            # Or the fault would meet the reading.
            Wait-Until { $sandbox.Requests.Verb -contains 'create' }
            Get-KubeEvent -Reason Pending | Should -BeNullOrEmpty
            Remove-Module EventRecording
            Import-Module $ModulePath
            Get-KubeEvent -Reason Pending | Should -HaveCount 1
        }
        finally {
            $env:KUBECONFIG = $null
            $sandbox.Dispose()
        }
    }

    It 'is not removed by the removal of a module that has imported it, <Where>' -ForEach @(
        @{ Where = 'in its script'; Extension = 'psm1'; Content = "Import-Module '{0}'; function Write-It {{ }}" }
        @{ Where = 'as a nested module'; Extension = 'psd1'; Content = "@{{ ModuleVersion = '1.0'; NestedModules = '{0}'; FunctionsToExport = @() }}" }
    ) {
        $outer = Join-Path $TestDrive "Outer.$Extension"
        $Content -f $ModulePath | Set-Content $outer
        $run = Invoke-Process -Script @"
`$null = Start-KubeEventSandbox -For redis/my-op-redis
`$recorder = New-KubeEventRecorder ops
Import-Module '$outer'
Remove-Module Outer
[bool] `$env:KUBECONFIG
`$recorder.Event('redis/my-op-redis', 'Normal', 'Still', 'there')
(Sync-KubeEvent -PassThru).Written
"@
        $run.Error | Should -BeNullOrEmpty
        $run.Output | Should -Be 'True', '1'
    }

    It 'is removed when it is removed, <When>' -ForEach @(
        @{ When = 'after a module that has imported it'; Removal = 'Remove-Module Outer; Remove-Module EventRecording' }
        @{ When = 'before a module that has imported it'; Removal = 'Remove-Module EventRecording' }
        @{ When = 'together with it'; Removal = 'Remove-Module Outer, EventRecording' }
        @{ When = 'with all modules'; Removal = "Get-Module EventRecording, Outer | Remove-Module" }
    ) {
        $outer = Join-Path $TestDrive Outer.psm1
        "Import-Module '$ModulePath'; function Write-It {}" | Set-Content $outer
        $run = Invoke-Process -Script @"
`$null = Start-KubeEventSandbox
Import-Module '$outer'
$Removal
[bool] `$env:KUBECONFIG
"@
        $run.Output | Should -Be 'False'
    }

    It 'is removed by a function of a module that has imported it for itself' {
        $run = Invoke-Process -Script @"
Remove-Module EventRecording
`$null = New-Module -Name Fn { function Use-It { Import-Module '$ModulePath'; `$null = Start-KubeEventSandbox; Remove-Module EventRecording } } | Import-Module
Use-It
[bool] `$env:KUBECONFIG
"@
        $run.Output | Should -Be 'False'
    }

    It 'is removed with the last module that has imported it' {
        $run = Invoke-Process -Script @"
Remove-Module EventRecording
`$outer = New-Item (Join-Path ([IO.Path]::GetTempPath()) "Outer`$PID.psm1") -Value 'Import-Module "$ModulePath"; `$null = Start-KubeEventSandbox'
Import-Module `$outer
[bool] `$env:KUBECONFIG
Remove-Module "Outer`$PID"
Remove-Item `$outer
[bool] `$env:KUBECONFIG
"@
        $run.Output | Should -Be 'True', 'False'
    }

    It 'begins anew when it is imported again, and still tells what failed before' {
        $sandbox = New-Sandbox
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $redis = New-Redis $sandbox my-op-redis
            $redis | Write-KubeEvent Written written -NoWait
            Remove-Module EventRecording
            Import-Module $ModulePath
            (Sync-KubeEvent -PassThru).Written | Should -Be 0
            $null = $sandbox.Faults.Next((Get-SandboxType Fault)::ForbiddenByAdmission('no'))
            $redis | Write-KubeEvent Refused refused -NoWait
            Remove-Module EventRecording
            Import-Module $ModulePath
            (Sync-KubeEvent -PassThru -ErrorAction SilentlyContinue -ErrorVariable failed).Failed | Should -Be 1
            $failed.FullyQualifiedErrorId | Should -BeLike 'RequestRefused,*'
        }
        finally {
            $env:KUBECONFIG = $null
            $sandbox.Dispose()
        }
    }

    It 'serves several runspaces at once' {
        $sandbox = New-Sandbox
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $redis = New-Redis $sandbox my-op-redis
            1..20 | ForEach-Object -Parallel {
                Import-Module $using:ModulePath
                $null = $using:redis | Write-KubeEvent Parallel parallel
            } -ThrottleLimit 5
            (Get-KubeEvent -Reason Parallel).Count | Should -Be 20
        }
        finally {
            $env:KUBECONFIG = $null
            $sandbox.Dispose()
        }
    }
}
