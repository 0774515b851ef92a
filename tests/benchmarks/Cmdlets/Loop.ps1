<#
.SYNOPSIS
Calls Write-KubeEvent for one object after the other, and then in turns with a plain POST by HttpClient.
.DESCRIPTION
Prints calls a second, bytes allocated for a call, and milliseconds of a call and of a POST while they took turns.
KUBECONFIG says which server to the cmdlet; GOALS_SERVER, GOALS_CA (base64) and GOALS_TOKEN say it to HttpClient.
#>
param([string] $Module, [int] $Calls)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$run = [guid]::NewGuid().ToString('n').Substring(0, 12)
$clock = [Diagnostics.Stopwatch]::new()

function Get-Redis([int] $First, [int] $Count) {
    foreach ($number in $First..($First + $Count - 1)) {
        [pscustomobject]@{
            apiVersion = 'cache.example.com/v1'
            kind       = 'Redis'
            metadata   = [pscustomobject]@{ namespace = 'default'; name = "my-op-redis-$run-$number"; uid = "b2c3d4e5-0000-4000-8000-$($number.ToString('x12'))" }
        }
    }
}

$policy = [Security.Cryptography.X509Certificates.X509ChainPolicy]@{ TrustMode = 'CustomRootTrust'; RevocationMode = 'NoCheck' }
$null = $policy.CustomTrustStore.Add([Security.Cryptography.X509Certificates.X509Certificate2]::new([Convert]::FromBase64String($env:GOALS_CA)))
$handler = [Net.Http.SocketsHttpHandler]::new()
$handler.SslOptions.CertificateChainPolicy = $policy
$client = [Net.Http.HttpClient]::new($handler)
$client.DefaultRequestVersion = '2.0'
if ($env:GOALS_TOKEN) {
    $client.DefaultRequestHeaders.Authorization = [Net.Http.Headers.AuthenticationHeaderValue]::new('Bearer', $env:GOALS_TOKEN)
}

$address = "$($env:GOALS_SERVER.TrimEnd('/'))/api/v1/namespaces/default/events"
$body = @{
    apiVersion     = 'v1'
    kind           = 'Event'
    metadata       = @{ name = "my-op-redis-$run.NUMBER" }
    involvedObject = @{ apiVersion = 'cache.example.com/v1'; kind = 'Redis'; namespace = 'default'; name = "my-op-redis-$run" }
    type           = 'Normal'
    reason         = 'ScaledUp'
    message        = 'replicas set to 3'
    source         = @{ component = 'redis-operator' }
} | ConvertTo-Json -Compress

function Send-Event([object] $Redis) {
    $content = [Net.Http.StringContent]::new($body.Replace('NUMBER', $Redis.metadata.uid), [Text.Encoding]::UTF8, 'application/json')
    $answer = $client.PostAsync($address, $content).GetAwaiter().GetResult()
    $null = $answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync().GetAwaiter().GetResult()
}

function Measure-Turn([object[]] $Objects) {
    $call = $post = 0.0
    foreach ($redis in $Objects) {
        $clock.Restart()
        $null = $redis | Write-KubeEvent ScaledUp 'replicas set to 3'
        $call += $clock.Elapsed.TotalMilliseconds
        $clock.Restart()
        Send-Event $redis
        $post += $clock.Elapsed.TotalMilliseconds
    }
    ($call / $Objects.Count), ($post / $Objects.Count)
}

# What a script of many calls does not notice: the first connection, and code that is compiled or not yet compiled well.
$null = Measure-Turn (Get-Redis 0 300)

$objects = Get-Redis 1000 $Calls
$bytes = [GC]::GetTotalAllocatedBytes($true)
$clock.Restart()
foreach ($redis in $objects) {
    $null = $redis | Write-KubeEvent ScaledUp 'replicas set to 3'
}
$seconds = $clock.Elapsed.TotalSeconds
$bytes = [GC]::GetTotalAllocatedBytes($true) - $bytes

$call, $post = Measure-Turn (Get-Redis 100000 $Calls)
"$($Calls / $seconds) $($bytes / $Calls) $call $post"
