BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $Mark = 's3cr3t'
    $sandbox = New-Sandbox (New-User s3cr3t-admin '*')
    $redis = New-Redis $sandbox my-op-redis

    # A kubeconfig with these settings in place of those of the sandbox.
    function New-Kubeconfig([hashtable] $User, [hashtable] $Cluster = @{}) {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).kubeconfig"
        $server = ($sandbox.Kubeconfig | Select-String 'server:\s*"?([^"\s]+)').Matches.Groups[1].Value
        if (-not $Cluster.server) {
            $Cluster.server = $server
        }
        @{
            'current-context' = 'x'
            clusters          = @(@{ name = 'c'; cluster = $Cluster })
            contexts          = @(@{ name = 'x'; context = @{ cluster = 'c'; user = 'u' } })
            users             = @(@{ name = 'u'; user = $User })
        } | ConvertTo-Json -Depth 8 | Set-Content -LiteralPath $path
        $path
    }

    # All that the cmdlets say, in every stream and form.
    function Get-AllOutput([string] $Kubeconfig) {
        $Error.Clear()
        $all = @{ Kubeconfig = $Kubeconfig; Verbose = $true; Debug = $true; ErrorAction = 'Continue' }
        $said = foreach ($cmdlet in { $redis | Write-KubeEvent Marked marked @all -TimeoutSec 1 }, { Get-KubeEvent @all }, { Watch-KubeEvent @all -First 1 -TimeoutSec 1 }, { Sync-KubeEvent @all -TimeoutSec 1 }) {
            try {
                & $cmdlet *>&1
            }
            catch {
                $_
            }
        }
        $said | Out-String -Width 1000
        $said | Format-List * -Force | Out-String -Width 1000
        $Error | Format-List * -Force | Out-String -Width 1000
        $Error | ForEach-Object { $_.Exception.ToString(); $_.TargetObject | Out-String; $_.ScriptStackTrace }
    }
}

AfterAll {
    $sandbox.Dispose()
}

Describe 'No secret' {
    It 'is shown where a proxy is named that nobody listens at' {
        $said = Get-AllOutput (New-Kubeconfig @{} @{ 'proxy-url' = "http://me:$Mark@127.0.0.1:1" })
        "$said" | Should -Match 'through the proxy http://127.0.0.1:1/'
        "$said" | Should -Not -Match $Mark
    }

    It 'is shown where a token is not accepted' {
        # A credential goes out over https only, and here is nobody.
        $said = Get-AllOutput (New-Kubeconfig @{ token = $Mark } @{ server = 'https://127.0.0.1:1' })
        "$said" | Should -Match 'Cannot reach the API server'
        "$said" | Should -Not -Match $Mark
    }

    It 'is shown where a token cannot be sent' {
        $said = Get-AllOutput (New-Kubeconfig @{ token = "$Mark with spaces" } @{ server = 'https://127.0.0.1:1' })
        "$said" | Should -Match 'a token has none'
        "$said" | Should -Not -Match $Mark
    }

    It 'is shown where an exec plugin says it' -Skip:$IsWindows {
        $plugin = @{ apiVersion = 'client.authentication.k8s.io/v1'; interactiveMode = 'Never'; command = 'sh'; args = @('-c', 'echo "no login with $CLIENT_SECRET" >&2; exit 1'); env = @(@{ name = 'CLIENT_SECRET'; value = $Mark }) }
        $said = Get-AllOutput (New-Kubeconfig @{ exec = $plugin } @{ server = 'https://127.0.0.1:1' })
        "$said" | Should -Match 'no login with \*\*\*'
        "$said" | Should -Not -Match $Mark
    }

    It 'is shown where a kubeconfig is broken right behind it' {
        $path = Join-Path $TestDrive broken.kubeconfig
        "users: [{name: u, user: {token: $Mark, password: $Mark]" | Set-Content -LiteralPath $path
        $said = Get-AllOutput $path
        "$said" | Should -Match 'no valid YAML'
        "$said" | Should -Not -Match $Mark
    }
}
