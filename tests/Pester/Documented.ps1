# Dot-sourced by the tests of what is documented: the cluster that the examples speak of, and how one of them is run.

. "$PSScriptRoot/Support.ps1"

$DocumentedKinds = @(
    @{ Group = 'cache.example.com'; Kind = 'Redis'; Plural = 'redises'; ShortNames = @('rd'); Objects = @('my-op-redis', 'my-other-redis') }
    @{ Group = 'devbox.example.com'; Kind = 'Devbox'; Plural = 'devboxes'; ShortNames = @('dbx'); Objects = @('my-devbox') }
    @{ Group = 'terminal.example.com'; Kind = 'Terminal'; Plural = 'terminals'; ShortNames = @('term'); Objects = @('my-terminal') }
    @{ Group = 'apps'; Kind = 'Deployment'; Plural = 'deployments'; ShortNames = @('deploy'); Objects = @('web') }
)

# A sandbox with these objects, and what kubectl get -o json would give for each resource.
function New-DocumentedSandbox {
    $sandbox = (Get-SandboxType KubernetesSandbox)::Start()
    $objects = @{}
    foreach ($kind in $DocumentedKinds) {
        $singular = $kind.Kind.ToLowerInvariant()
        $null = $sandbox.Put((@{
            apiVersion = 'apiextensions.k8s.io/v1'
            kind       = 'CustomResourceDefinition'
            metadata   = @{ name = "$($kind.Plural).$($kind.Group)" }
            spec       = @{
                group    = $kind.Group
                scope    = 'Namespaced'
                names    = @{ plural = $kind.Plural; singular = $singular; kind = $kind.Kind; shortNames = $kind.ShortNames }
                versions = @(@{ name = 'v1'; served = $true; storage = $true; schema = @{ openAPIV3Schema = @{ type = 'object'; 'x-kubernetes-preserve-unknown-fields' = $true } } })
            }
        } | ConvertTo-Json -Depth 10))
        $objects[$singular] = foreach ($name in $kind.Objects) {
            $sandbox.Put((@{ apiVersion = "$($kind.Group)/v1"; kind = $kind.Kind; metadata = @{ name = $name; namespace = 'default' } } | ConvertTo-Json)) | ConvertFrom-Json
        }
    }
    [pscustomobject]@{ Sandbox = $sandbox; Objects = $objects }
}

# What happens in that cluster all the time.
function Write-DocumentedEvent([string] $Kubeconfig) {
    $null = Write-KubeEvent BackupCompleted '212 MiB in 8 s' -For redis/my-op-redis -Component RedisOperator -Kubeconfig $Kubeconfig
    $null = Write-KubeEvent ScaledUp 'replicas: 1 -> 3' -For redis/my-op-redis -Component RedisOperator -Kubeconfig $Kubeconfig
    $null = Write-KubeEvent CreatePodFailed 'quota exceeded: cpu=8' -For devbox/my-devbox -Type Warning -Component DevboxController -Kubeconfig $Kubeconfig
    $null = Write-KubeEvent Unreachable 'no heartbeat from the terminal' -For terminal/my-terminal -Type Warning -Component TerminalController -Kubeconfig $Kubeconfig
}

# What the examples take as given: kubectl, something to alert with, variables of the script around them.
$DocumentedPrelude = {
    param($Cluster, $Folder)
    Set-Location $Folder
    (Get-PSProvider FileSystem).Home = $Folder
    function kubectl {
        if ($args[0] -ne 'get' -or $args[-2] -ne '-o' -or $args[-1] -ne 'json') {
            throw "The examples have no kubectl $args."
        }
        $resource, $name = $args[1] -split '/'
        $found = @($Cluster[$resource])
        if (-not $name -and $args[2] -notlike '-*') {
            $name = $args[2]
        }
        if ($name) {
            return $found.Where{ $_.metadata.name -eq $name }[0] | ConvertTo-Json -Depth 10
        }
        @{ apiVersion = 'v1'; kind = 'List'; metadata = @{}; items = $found } | ConvertTo-Json -Depth 10
    }
    function Send-Alert($Text) {
        "ALERT $Text"
    }
    function Backup-Redis {
        '212 MiB'
    }
    $redis = $Cluster.redis[0]
    $objects = $Cluster.redis
    $target = 's3://backups/0007'
    $n = 7
}

# Runs code as a user would paste it, in a runspace of its own, and gives its output; an error fails.
# A watch without an end is ended as at the prompt, with Ctrl+C, once it has seen something.
function Invoke-Documented([string] $Code) {
    $folder = Join-Path $TestDrive ([guid]::NewGuid())
    $null = New-Item -ItemType Directory $folder
    $cluster = New-DocumentedSandbox
    $before = $env:KUBECONFIG
    $kubeconfig = Save-Kubeconfig $cluster.Sandbox
    # As EKS names it: not every name of a context is one of a file.
    (Get-Content -Raw $kubeconfig) -replace '(?m)(^contexts:\n- name: |^current-context: )sandbox$', '$1arn:aws:eks:eu-central-1:123456789012:cluster/prod' | Set-Content $kubeconfig
    $env:KUBECONFIG = $kubeconfig
    $beforeModules = $env:PSModulePath
    $env:PSModulePath = "$(Split-Path (Split-Path $ModulePath))$([IO.Path]::PathSeparator)$beforeModules"
    $shell = [powershell]::Create()
    try {
        Write-DocumentedEvent $kubeconfig
        New-ServerEvent $cluster.Sandbox untimed @{ firstTimestamp = $null; lastTimestamp = $null; eventTime = $null }
        $null = $shell.AddScript("Import-Module '$ModulePath'").Invoke()
        $shell.Commands.Clear()
        # Without a scope of its own, as at the prompt.
        $null = $shell.AddScript($DocumentedPrelude, $false).AddArgument($cluster.Objects).AddArgument($folder).Invoke()
        $shell.Commands.Clear()
        $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $run = $shell.AddScript($Code, $false).BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
        # Something new in each round, too.
        $rounds = [System.Collections.Generic.List[int]]::new()
        $watches = [regex]::Matches($Code, '(?m)^.*Watch-KubeEvent.*$')
        $endless = @($watches).Where{ $_.Value -notmatch '-First' }.Count -gt 0
        Wait-Until -Seconds 60 {
            if ($watches.Count -gt 0 -and -not $run.IsCompleted) {
                Write-DocumentedEvent $kubeconfig
                $rounds.Add(0)
                $null = Write-KubeEvent Unreachable "no heartbeat for $($rounds.Count) s" -For terminal/my-terminal -Type Warning -Kubeconfig $kubeconfig
            }
            $run.IsCompleted -or ($endless -and $output.Count -ge $watches.Count)
        }
        if ($run.IsCompleted) {
            $null = $shell.EndInvoke($run)
        }
        else {
            $shell.Stop()
        }
        $shell.Streams.Error | ForEach-Object { throw "$_" }
        # What Select-Object keeps to itself.
        $shell.Runspace.SessionStateProxy.GetVariable('Error').Where{ $_.FullyQualifiedErrorId -eq 'InvokeMethodOnNull' } | ForEach-Object { throw "$_" }
        $output
    }
    finally {
        $shell.Dispose()
        Stop-KubeEventSandbox
        $cluster.Sandbox.Dispose()
        $env:KUBECONFIG = $before
        $env:PSModulePath = $beforeModules
    }
}
