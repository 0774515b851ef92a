# Dot-sourced by each file: the module as it was built, and a sandbox of its own that is served over HTTP.

$Root = Split-Path (Split-Path $PSScriptRoot)
$ModulePath = Join-Path $Root 'out/EventRecording/EventRecording.psd1'
$PSStyle.OutputRendering = 'PlainText'
Import-Module $ModulePath -ErrorAction Stop

# In the module's own context, as the cmdlets load it.
$SandboxAssembly = [System.Reflection.Assembly]::Load('EventRecording.Sandbox')

function Get-SandboxType([string] $Name) {
    $SandboxAssembly.GetType("EventRecording.Sandbox.$Name", $true)
}

# A sandbox that knows the kind Redis and has the namespaces default and shop; its kubeconfig is in TestDrive.
function New-Sandbox([object[]] $User = @()) {
    $options = [Activator]::CreateInstance((Get-SandboxType SandboxOptions))
    if ($User) {
        $users = [Array]::CreateInstance((Get-SandboxType SandboxUser), $User.Count)
        $User.CopyTo($users, 0)
        $options.GetType().GetProperty('Users').SetValue($options, $users)
    }
    $sandbox = (Get-SandboxType KubernetesSandbox)::Start($options)
    $null = $sandbox.Put((@{
        apiVersion = 'apiextensions.k8s.io/v1'
        kind       = 'CustomResourceDefinition'
        metadata   = @{ name = 'redises.cache.example.com' }
        spec       = @{
            group    = 'cache.example.com'
            scope    = 'Namespaced'
            names    = @{ plural = 'redises'; singular = 'redis'; kind = 'Redis'; listKind = 'RedisList'; shortNames = @('rd') }
            versions = @(@{ name = 'v1'; served = $true; storage = $true; schema = @{ openAPIV3Schema = @{ type = 'object' } } })
        }
    } | ConvertTo-Json -Depth 10))
    $sandbox.CreateNamespace('shop')
    $sandbox
}

# As a user of the sandbox, who is impersonated: no token is sent without TLS.
function Save-Kubeconfig($Sandbox, [string] $As) {
    $path = Join-Path $TestDrive "$([guid]::NewGuid()).kubeconfig"
    $text = $As ? ($Sandbox.Kubeconfig -replace '(?m)^( +user: )\{.*$', "`$1{ as: $As }") : $Sandbox.Kubeconfig
    Set-Content -LiteralPath $path -Value $text
    $path
}

# A user who may do these things with all resources, everywhere or in one namespace.
function New-User([string] $Name, [string[]] $Verb, [object] $Namespace = $null) {
    $rule = [Activator]::CreateInstance((Get-SandboxType SandboxRule), @($Verb, [string[]]'*', [string[]]'*', $Namespace))
    $rules = [Array]::CreateInstance((Get-SandboxType SandboxRule), 1)
    $rules[0] = $rule
    [Activator]::CreateInstance((Get-SandboxType SandboxUser), @($Name, "token-of-$Name", $rules))
}

# A Redis that is on the server, as kubectl get -o json | ConvertFrom-Json gives it.
function New-Redis($Sandbox, [string] $Name, [string] $Namespace = 'default') {
    $Sandbox.Put((@{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; metadata = @{ name = $Name; namespace = $Namespace } } | ConvertTo-Json)) |
        ConvertFrom-Json
}

# An event on the server, written by somebody else.
function New-ServerEvent($Sandbox, [string] $Name, [hashtable] $Field = @{}) {
    $event = @{
        apiVersion     = 'v1'
        kind           = 'Event'
        metadata       = @{ name = $Name; namespace = 'default' }
        involvedObject = @{ apiVersion = 'v1'; kind = 'Pod'; name = 'web-0'; namespace = 'default' }
        type           = 'Normal'
        reason         = 'Pulled'
        message        = 'image pulled'
        count          = 1
        source         = @{ component = 'kubelet' }
        firstTimestamp = [datetime]::UtcNow.AddMinutes(-2).ToString('yyyy-MM-ddTHH:mm:ssZ')
        lastTimestamp  = [datetime]::UtcNow.AddMinutes(-1).ToString('yyyy-MM-ddTHH:mm:ssZ')
    }
    foreach ($key in $Field.Keys) {
        $event[$key] = $Field[$key]
    }
    $null = $Sandbox.Put(($event | ConvertTo-Json -Depth 5))
}

# A file that whoever opens it never reads to its end, as on a disk that hangs; until its process is killed. There is another one once somebody has opened it.
function New-HangingFile {
    $path = Join-Path $TestDrive "$([guid]::NewGuid())"
    mkfifo $path
    $process = Start-Process /bin/sh "-c `"exec 3> '$path'; : > '$path.opened'; exec sleep 120`"" -PassThru
    [pscustomobject]@{ Path = $path; Opened = "$path.opened"; Process = $process }
}

# Runs a script in a runspace of its own, as at the prompt.
function Start-Script([string] $Script, [object[]] $Argument = @()) {
    # Two statements would be a batch, which ends the whole process when its runspace is closed before it has noticed that it was stopped.
    $state = [initialsessionstate]::CreateDefault()
    $state.ImportPSModule($ModulePath)
    $shell = [powershell]::Create($state).AddScript($Script)
    foreach ($value in $Argument) {
        $null = $shell.AddArgument($value)
    }
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    [pscustomobject]@{
        Shell  = $shell
        Output = $output
        Run    = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
    }
}

# Runs a script in a fresh process, since this one has loaded all that there is. Gives what it wrote, and its exit code.
function Invoke-Process([string] $Script, [hashtable] $Environment = @{}) {
    $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes("`$ErrorActionPreference = 'Stop'; `$ModulePath = '$ModulePath'; Import-Module `$ModulePath; $Script"))
    $file = Join-Path $TestDrive "$([guid]::NewGuid())"
    $process = Start-Process (Get-Process -Id $PID).Path -ArgumentList '-NoProfile', '-NonInteractive', '-OutputFormat', 'Text', '-EncodedCommand', $encoded `
        -Environment ($Environment + @{ NO_COLOR = '1' }) -RedirectStandardOutput "$file.out" -RedirectStandardError "$file.err" -Wait -PassThru
    [pscustomobject]@{ ExitCode = $process.ExitCode; Output = @(Get-Content "$file.out"); Error = "$(Get-Content -Raw "$file.err")" }
}

function Wait-Until([scriptblock] $Condition, [int] $Seconds = 30) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) {
            throw "It did not happen within $Seconds s: $Condition"
        }
        Start-Sleep -Milliseconds 10
    }
}
