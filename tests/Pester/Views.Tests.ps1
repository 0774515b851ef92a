BeforeAll {
    . "$PSScriptRoot/Support.ps1"

    function New-Event([hashtable] $Field = @{}) {
        $all = @{
            Name            = 'web-0.1'
            Namespace       = 'default'
            Type            = 'Normal'
            Reason          = 'ScaledUp'
            Message         = '3 replicas'
            SourceComponent = 'redis-operator'
            InvolvedObject  = [EventRecording.ObjectReference]@{ ApiVersion = 'cache.example.com/v1'; Kind = 'Redis'; Name = 'my-op-redis'; Namespace = 'default' }
            FirstTimestamp  = [DateTimeOffset]::UtcNow.AddMinutes(-20)
            LastTimestamp   = [DateTimeOffset]::UtcNow.AddMinutes(-10)
            CoreCount       = 2
        }
        foreach ($key in $Field.Keys) {
            $all[$key] = $Field[$key]
        }
        [EventRecording.KubeEvent]$all
    }

    function Get-Line($Text) {
        $Text -split '\r?\n' | ForEach-Object { $_.TrimEnd() } | Where-Object { $_ }
    }

    $escape = [char]27
    $hostile = "red$escape[31m`r`nbell$([char]7) rtl$([char]0x202E) csi$([char]0x9B)31m"
}

Describe 'The views' {
    It 'shows a table as kubectl does' {
        $lines = Get-Line (New-Event | Out-String -Width 120)
        $lines[0] -split '\s+' | Should -Be LastSeen, Type, Reason, Object, Message
        $lines[2] | Should -Match '^10m \(x2 over 20m\)\s+Normal\s+ScaledUp\s+redis/my-op-redis\s+3 replicas$'
    }

    It 'keeps the table for events of different cmdlets in one script' {
        $written = New-Event
        $written.PSObject.Properties.Add([psnoteproperty]::new('Outcome', 'Created'))
        $lines = Get-Line (& { New-Event; $written; New-Event } | Out-String -Width 120)
        $lines | Should -HaveCount 5
    }

    It 'shows the events part of kubectl describe' {
        $lines = Get-Line (New-Event | Format-Table -View describe | Out-String -Width 120)
        $lines[0] -split '\s+' | Should -Be Type, Reason, Age, From, Message
        $lines[2] | Should -Match '^Normal ScaledUp 10m \(x2 over 20m\) redis-operator 3 replicas$'
    }

    It 'shows all that matters in a list' {
        $text = New-Event | Format-List | Out-String -Width 120
        foreach ($part in 'Type', 'Reason', 'Message', 'Object', 'Namespace', 'From', 'Count', 'FirstSeen', 'LastSeen', 'Name') {
            $text | Should -Match "(?m)^$part +: \S"
        }
    }

    It 'shows <unknown> without a time' {
        New-Event @{ FirstTimestamp = $null; LastTimestamp = $null; CoreCount = $null } | Out-String | Should -Match '<unknown>'
    }

    It 'loses nothing of a long message' {
        $text = New-Event @{ Message = 'word ' * 100 } | Out-String -Width 100
        [regex]::Matches(($text -replace '\s'), 'word').Count | Should -Be 100
    }

    It 'lets no control character through in <_>, and keeps it in the property' -ForEach 'the table', 'the describe view', 'the list', 'the wide view' {
        $evil = New-Event @{ Message = $hostile; Reason = $hostile; Type = $hostile; SourceComponent = $hostile; Name = $hostile; Namespace = $hostile
            InvolvedObject = [EventRecording.ObjectReference]@{ Kind = $hostile; Name = $hostile } }
        $text = switch ($_) {
            'the table' { $evil | Out-String -Width 300 }
            'the describe view' { $evil | Format-Table -View describe | Out-String -Width 300 }
            'the list' { $evil | Format-List | Out-String -Width 300 }
            'the wide view' { $evil | Format-Wide | Out-String -Width 300 }
        }
        $text | Should -Match 'red\^\['
        $text | Should -Not -Match "[$escape`a\u202E\u009B]"
        $evil.Message | Should -BeExactly $hostile
    }

    It 'gives a warning colour where the host has it, and none where it has not' {
        $warning = New-Event @{ Type = 'Warning' }
        $PSStyle.OutputRendering = 'Ansi'
        try {
            $warning | Out-String -Width 120 | Should -Match ([regex]::Escape("$($PSStyle.Formatting.Warning)Warning$($PSStyle.Reset)"))
            New-Event | Out-String -Width 120 | Should -Not -Match ([regex]::Escape($PSStyle.Formatting.Warning))
        }
        finally {
            $PSStyle.OutputRendering = 'PlainText'
        }
        $warning | Out-String -Width 120 | Should -Not -Match $escape
    }
}
