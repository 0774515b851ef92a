# Runs the scripts of docs/other-systems.md, each against what it is for.

BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $page = (Get-Content -Raw (Join-Path $Root 'docs/other-systems.md')).ReplaceLineEndings("`n")
    foreach ($block in [regex]::Matches($page, '(?ms)^```powershell\n(?<code># (?<name>\S+\.ps1)\n.*?)^```')) {
        Set-Content -LiteralPath (Join-Path $TestDrive $block.Groups['name'].Value) -Value $block.Groups['code'].Value
    }
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox

    # Answers each request with the next of these numbers, then with 200, and tells the bodies of those that were taken.
    function Start-Receiver([int[]] $Answer, [int] $Port = 0) {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, $Port)
        $listener.Start()
        $bodies = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
        $thread = Start-ThreadJob {
            $answers = [System.Collections.Generic.Queue[int]]::new([int[]]$using:Answer)
            $listener = $using:listener
            $bodies = $using:bodies
            while ($true) {
                try { $client = $listener.AcceptTcpClient() } catch { return }
                $stream = $client.GetStream()
                $reader = [IO.StreamReader]::new($stream)
                $length = 0
                while ($line = $reader.ReadLine()) {
                    if ($line -match '^Content-Length: (\d+)') { $length = [int]$Matches[1] }
                }
                # Characters are fewer than bytes.
                $body = [System.Text.StringBuilder]::new()
                while ([Text.Encoding]::UTF8.GetByteCount("$body") -lt $length) { $null = $body.Append([char]$reader.Read()) }
                $status = $answers.Count -gt 0 ? $answers.Dequeue() : 200
                if ($status -eq 200) { $bodies.Enqueue("$body") }
                $answer = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 $status X`r`nContent-Length: 2`r`nContent-Type: application/json`r`nConnection: close`r`n`r`n{}")
                $stream.Write($answer, 0, $answer.Length)
                $client.Dispose()
            }
        }
        [pscustomobject]@{ Listener = $listener; Port = $listener.LocalEndpoint.Port; Bodies = $bodies; Thread = $thread }
    }

    function Stop-Receiver($Receiver) {
        $Receiver.Listener.Stop()
        $Receiver.Thread | Wait-Job | Remove-Job
    }
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'The recipes for other systems' {
    It 'post each warning once to a receiver that fails at first and is away for a while' {
        $spool = Join-Path $TestDrive 'spool.ndjson'
        New-ServerEvent $sandbox first @{ type = 'Warning'; reason = 'First'; message = 'zurück' }
        New-ServerEvent $sandbox second @{ type = 'Warning'; reason = 'Second' }
        New-ServerEvent $sandbox normal
        $receiver = Start-Receiver 503, 429
        try {
            & "$TestDrive/webhook.ps1" "http://127.0.0.1:$($receiver.Port)/" $spool -First 2 -RetrySec 1
        }
        finally {
            Stop-Receiver $receiver
        }
        $receiver.Bodies | ForEach-Object { ($_ | ConvertFrom-Json).reason } | Sort-Object | Should -Be First, Second
        $receiver.Bodies | Where-Object { $_ -match 'zurück' } | Should -HaveCount 1

        # Nobody listens: it waits in the file, and goes out first when somebody does.
        New-ServerEvent $sandbox third @{ type = 'Warning'; reason = 'Third' }
        $said = & "$TestDrive/webhook.ps1" "http://127.0.0.1:$($receiver.Port)/" $spool -First 3 -RetrySec 1 3>&1
        "$said" | Should -Match 'waits for the next event'
        New-ServerEvent $sandbox fourth @{ type = 'Warning'; reason = 'Fourth' }
        $receiver = Start-Receiver @() $receiver.Port
        try {
            & "$TestDrive/webhook.ps1" "http://127.0.0.1:$($receiver.Port)/" $spool -First 4 -RetrySec 1
        }
        finally {
            Stop-Receiver $receiver
        }
        $receiver.Bodies | ForEach-Object { ($_ | ConvertFrom-Json).reason } | Should -Be Third, Fourth
    }

    It 'write metrics that a hostile reason does not break' {
        New-ServerEvent $sandbox hostile @{ type = 'Warning'; reason = "a`"} 7`nup{x=`"\" ; count = 5 }
        & "$TestDrive/kube-events.ps1" $TestDrive
        & "$TestDrive/kube-events.ps1" $TestDrive
        $lines = Get-Content (Join-Path $TestDrive 'kube_events.prom')
        $lines[0..1] | Should -Match '^# (HELP|TYPE) kube_events_occurrences '
        $lines | Select-Object -Skip 2 | Should -Match '^kube_events_occurrences\{type="(\\.|[^"\\])*",reason="(\\.|[^"\\])*"\} \d+$'
        $lines | Should -Contain 'kube_events_occurrences{type="Warning",reason="a\"} 7\nup{x=\"\\"} 5'
        Get-Content -Raw (Join-Path $TestDrive 'kube_events.prom') | Should -Not -Match "`r"
        Get-ChildItem $TestDrive -Filter kube_events.* | Should -HaveCount 1
    }

    It 'make lines for <_>' -ForEach Otlp, Ecs {
        $lines = Get-KubeEvent -AllNamespaces | ConvertTo-KubeEventLog -As $_
        $lines | Should -HaveCount @(Get-KubeEvent -AllNamespaces).Count
        $lines | ForEach-Object { $_ | ConvertFrom-Json } | Should -Not -BeNullOrEmpty
        { Get-KubeEvent | ConvertTo-KubeEventLog -As Other } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,*'
    }
}
