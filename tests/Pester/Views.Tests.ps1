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

    It 'leaves the message room on 80 columns: <Of>' -ForEach @(
        @{ Of = 'EventRecording.KubeEvent' }
        @{ Of = 'EventRecording.KubeEvent#Namespaced' }
        @{ Of = 'EventRecording.KubeEvent#Contexts' }
        @{ Of = 'EventRecording.KubeEvent#Contexts#Namespaced' }
        @{ Of = 'EventRecording.KubeEvent#Related' }
        @{ Of = 'EventRecording.KubeEvent#Narrow' }
    ) {
        $shown = New-Event @{ Message = '3 pods' }
        $shown.PSObject.TypeNames.Insert(0, $Of)
        $lines = Get-Line ($shown | Out-String -Width 80)
        $lines[0] | Should -Match ' Message$'
        $lines[2] | Should -Match ' 3 pods$'
    }

    It 'has room for the namespace <Namespace>' -ForEach @(@{ Namespace = 'ingress-nginx' }, @{ Namespace = 'cert-manager' }, @{ Namespace = 'kube-system' }) {
        $shown = New-Event @{ Namespace = $Namespace }
        $shown.PSObject.TypeNames.Insert(0, 'EventRecording.KubeEvent#Namespaced')
        (Get-Line ($shown | Out-String -Width 80))[2] | Should -BeLike "$Namespace *"
    }

    It 'has a table for a narrow window, with what the others begin with before the object: <Of>' -ForEach @(
        @{ Of = '' ; Object = 'redis/my-op-redis' }
        @{ Of = '#Namespaced'; Object = 'ops redis/db' }
        @{ Of = '#Contexts'; Object = 'eu redis/db' }
        @{ Of = '#Contexts#Namespaced'; Object = 'eu ops redis/db' }
        @{ Of = '#Related'; Object = 'owner redis/db' }
    ) {
        $field = @{ Message = 'a message of 28 characters..'; Reason = 'FailedCreate'; Type = 'Warning'; Namespace = 'ops'; Context = 'eu'; CoreCount = 1173 }
        if ($Of) {
            $field.InvolvedObject = [EventRecording.ObjectReference]@{ Kind = 'Redis'; Name = 'db' }
        }
        $shown = New-Event $field
        if ($Of) {
            $shown.PSObject.TypeNames.Insert(0, "EventRecording.KubeEvent$Of")
        }
        if ($Of -eq '#Related') {
            $shown.PSObject.Properties.Add([psnoteproperty]::new('Relation', 'owner'))
        }
        $shown.PSObject.TypeNames.Insert(0, 'EventRecording.KubeEvent#Narrow')
        $lines = Get-Line ($shown | Out-String -Width 80)
        $lines[0] -split '\s+' | Should -Be LastSeen, Type, Reason, Object, Message
        $lines[2] | Should -Match "^10m \(x1173 +Warning +FailedCreate +$Object +a message of 28 characters\.\.$"
        $lines[3] | Should -BeExactly 'over 20m)'
        $lines | Should -HaveCount 4
        (Get-Line ($shown | Format-Table -View wide | Out-String -Width 220))[0] | Should -Match 'Subobject'
    }

    It 'keeps the name of a context in one line: <Of>' -ForEach @(
        @{ Of = '#Contexts'; Width = 100; Eks = 'prod…hop-0'; Own = 'prod…est-1' }
        @{ Of = '#Contexts#Namespaced'; Width = 100; Eks = 'pro…op-0'; Own = 'pro…st-1' }
        @{ Of = '#Broad#Contexts'; Width = 120; Eks = 'production-shop-0'; Own = 'prod-eu-west-1' }
        @{ Of = '#Broad#Contexts#Namespaced'; Width = 120; Eks = 'production-shop-0'; Own = 'prod-eu-west-1' }
    ) {
        $events = 'arn:aws:eks:eu-central-1:123456789012:cluster/production-shop-0', 'prod-eu-west-1' | ForEach-Object {
            $shown = New-Event @{ Context = $_; Message = 'twenty characters...'; Reason = 'R1'; CoreCount = 1; InvolvedObject = [EventRecording.ObjectReference]@{ Kind = 'ConfigMap'; Name = 'c1' } }
            ($Of -replace '#Broad'), $Of | ForEach-Object { $shown.PSObject.TypeNames.Insert(0, "EventRecording.KubeEvent$_") }
            $shown
        }
        $lines = Get-Line ($events | Out-String -Width $Width)
        $lines | Should -HaveCount 4
        $lines[2] | Should -Match "^$Eks .* configmap/c1 +twenty characters\.\.\.$"
        $lines[3] | Should -Match "^$Own .* configmap/c1 +twenty characters\.\.\.$"
        (Get-Line ($events | Format-Table -View wide | Out-String -Width 250))[2] | Should -Match '^produ…shop-0 '
    }

    It 'breaks no name and no time of several namespaces within a word: <Of>, <Width> columns' -ForEach @(
        @{ Of = '#Namespaced'; Width = 100; Rows = 'ingress-nginx +5m27s +Warning Failed +pod/ingress-', ' +\(x2 over 5m31s\) +Scheduling +nginx-' }
        @{ Of = '#Broad#Namespaced'; Width = 120; Rows = 'ingress-nginx +5m27s \(x2 over 5m31s\) Warning FailedScheduling pod/ingress-nginx-', ' +controller-0' }
        @{ Of = '#Broadest#Namespaced'; Width = 160; Rows = 'ingress-nginx +5m27s \(x2 over 5m31s\) Warning FailedScheduling +pod/ingress-nginx-controller-0', '' }
        @{ Of = '#Contexts#Namespaced'; Width = 100; Rows = ' +ingress-nginx 5m27s \(x2 +Warning Failed +pod/ingress-', ' +over 5m31s\) +Scheduling +nginx-' }
        @{ Of = '#Broad#Contexts#Namespaced'; Width = 120; Rows = ' +ingress-nginx 5m27s +Warning Failed +pod/ingress-', ' +\(x2 over 5m31s\) +Scheduling +nginx-' }
        @{ Of = '#Broadest#Contexts#Namespaced'; Width = 160; Rows = ' +ingress-nginx +5m27s \(x2 over 5m31s\) Warning FailedScheduling pod/ingress-nginx-', ' +controller-0' }
        @{ Of = '#Narrow'; Width = 80; Rows = '5m27s \(x2 +Warning Failed +ingress-nginx ', 'over 5m31s\) +Scheduling +pod/ingress-nginx-' }
    ) {
        $now = [DateTimeOffset]::UtcNow.AddMilliseconds(-500)
        $shown = New-Event @{ Namespace = 'ingress-nginx'; Type = 'Warning'; Reason = 'FailedScheduling'; Message = 'quota exceeded'; FirstTimestamp = $now.AddSeconds(-331); LastTimestamp = $now.AddSeconds(-327)
            InvolvedObject = [EventRecording.ObjectReference]@{ Kind = 'Pod'; Name = 'ingress-nginx-controller-0' } }
        '#Namespaced', $Of | ForEach-Object { $shown.PSObject.TypeNames.Insert(0, "EventRecording.KubeEvent$_") }
        $lines = Get-Line ($shown | Out-String -Width $Width)
        $lines[2] | Should -Match "^$($Rows[0]).* quota exceeded$"
        "$($lines[3])" | Should -Match "^$($Rows[1])"
    }

    It 'leaves the message of an event of another machine the room, and says which machine before the object: <Of>, <Width> columns' -ForEach @(
        @{ Of = ''; Width = 100; Machine = ' ops-1' ; Object = ' redis/my-op-redis' }
        @{ Of = '#Narrow'; Width = 80; Machine = ' ops-1'; Object = ' redis/my-op-redis' }
        @{ Of = '#Namespaced'; Width = 100; Machine = ' ops-1'; Object = ' redis/my-op-' }
        @{ Of = '#Broad#Namespaced'; Width = 120; Machine = ' ops-1'; Object = ' redis/my-op-redis' }
    ) {
        # As Invoke-Command marks what it gets.
        $shown = New-Event @{ Message = 'a message of 27 characters.' }
        $shown = $shown | Add-Member -PassThru PSComputerName ops-1 | Add-Member -PassThru PSShowComputerName $true
        if ($Of) {
            $shown.PSObject.TypeNames.Insert(0, "EventRecording.KubeEvent$Of")
        }
        $lines = Get-Line ($shown | Out-String -Width $Width)
        $lines[0] | Should -Match ' Message$'
        $lines[2] | Should -Match "$Machine +a message of 27 characters\.$"
        $lines[3] | Should -Match "$Object"
        $shown | Add-Member -Force PSShowComputerName $false
        Get-Line ($shown | Out-String -Width $Width) | Should -Not -Match 'ops-1'
    }

    It 'shows those that came in parts as they were: with their age, the namespace of several, and room for the message on <_> columns' -ForEach 80, 120 {
        $path = Join-Path $TestDrive "remote-$_.xml"
        $shown = New-Event @{ Namespace = 'ingress-nginx'; Message = 'a message of 27 characters.' }
        '#Namespaced', '#Broad#Namespaced' | ForEach-Object { $shown.PSObject.TypeNames.Insert(0, "EventRecording.KubeEvent$_") }
        $shown | Export-Clixml -LiteralPath $path
        $lines = Get-Line (Invoke-Process @"
Remove-Module EventRecording
`$read = Import-Clixml '$path' | Add-Member -PassThru PSComputerName ops-1 | Add-Member -PassThru PSShowComputerName `$true
Import-Module '$ModulePath'
`$read | Out-String -Width $_
"@).Output
        $lines[0] -split ' +' | Should -Be LastSeen, Type, Reason, Object, Message
        $lines[2] | Should -Match '^10m \(x2 +Normal +ScaledUp +ops-1 +a message of 27 characters\.$'
        $lines[3] | Should -Match '^over 20m\) +ingress-nginx$'
        $lines[4] | Should -Match '^ +redis/my-op-redis$'
    }

    It 'shows what is left of one in parts that is no event any more' {
        $path = Join-Path $TestDrive broken.xml
        New-Event @{ Namespace = 'shop' } | Export-Clixml -LiteralPath $path
        $text = (Get-Content -LiteralPath $path -Raw) -replace '<Obj N="InvolvedObject"(.|\n)*?</Props>(.|\n)*?</Obj>', '<S N="InvolvedObject">gone</S>'
        Set-Content -LiteralPath $path $text
        $lines = Get-Line (Invoke-Process "Remove-Module EventRecording; `$read = Import-Clixml '$path'; Import-Module '$ModulePath'; `$read | Out-String -Width 100").Output
        $lines[2] | Should -Match '^<unknown> +Normal +ScaledUp .* 3 replicas$'
    }

    It 'chooses the table of this window for what comes out of a file or a job, not of that where it was' {
        $path = Join-Path $TestDrive windows.xml
        $shown = New-Event
        '#Namespaced', '#Broad#Namespaced', '#Broadest#Namespaced', '#Narrow' | ForEach-Object { $shown.PSObject.TypeNames.Insert(0, "EventRecording.KubeEvent$_") }
        $shown | Export-Clixml -LiteralPath $path
        (Invoke-Process "(Import-Clixml '$path').PSObject.TypeNames").Output | Should -Be EventRecording.KubeEvent#Namespaced, EventRecording.KubeEvent, System.Object
    }

    It 'chooses it by the width of the terminal: <Columns> columns' -Skip:(-not $IsLinux -or -not (Get-Command script -CommandType Application -ErrorAction Ignore)) -ForEach @(
        @{ Columns = 80; Heading = '^LastSeen    Type    Reason       Object             Message$' }
        @{ Columns = 100; Heading = '^LastSeen              Type    Reason           Object                 Message$' }
    ) {
        $events = Join-Path $TestDrive "of-$Columns.ndjson"
        New-Event | Export-KubeEvent $events
        $file = Join-Path $TestDrive 'shown.ps1'
        Set-Content -LiteralPath $file "Import-Module '$ModulePath'; Import-KubeEvent '$events'"
        $pwsh = (Get-Process -Id $PID).Path
        $shown = Get-Line (script -qec "stty cols $Columns rows 50; NO_COLOR=1 '$pwsh' -NoProfile -File '$file'" /dev/null | Out-String)
        @($shown -replace "$escape\[[\d;?]*[a-z]" -match $Heading) | Should -HaveCount 1
    }

    It 'chooses that of several namespaces by the width of the terminal: <Columns> columns' -Skip:(-not $IsLinux -or -not (Get-Command script -CommandType Application -ErrorAction Ignore)) -ForEach @(
        @{ Columns = 80; Heading = '^LastSeen    Type    Reason       Object             Message$' }
        @{ Columns = 100; Heading = '^Namespace     LastSeen           Type    Reason        Object           Message$' }
        @{ Columns = 120; Heading = '^Namespace        LastSeen              Type    Reason           Object               Message$' }
        @{ Columns = 160; Heading = '^Namespace            LastSeen              Type    Reason             Object                         Message$' }
    ) {
        $sandbox = New-Sandbox
        try {
            $kubeconfig = Save-Kubeconfig $sandbox
            New-ServerEvent $sandbox web-0.1
            $path = Join-Path $TestDrive "several-$Columns.xml"
            $file = Join-Path $TestDrive 'several.ps1'
            Set-Content -LiteralPath $file @"
Import-Module '$ModulePath'
Get-KubeEvent -Kubeconfig '$kubeconfig' -AllNamespaces -OutVariable read
`$read | Export-Clixml '$path'
Import-Clixml '$path' | Out-Host
"@
            $pwsh = (Get-Process -Id $PID).Path
            $shown = Get-Line (script -qec "stty cols $Columns rows 50; NO_COLOR=1 '$pwsh' -NoProfile -File '$file'" /dev/null | Out-String)
            # Also of what comes out of the file.
            @($shown -replace "$escape\[[\d;?]*[a-zA-Z]" -match $Heading) | Should -HaveCount 2
        }
        finally {
            $sandbox.Dispose()
        }
    }

    It 'takes neither a file nor the log of a job for a narrow window' {
        $events = Join-Path $TestDrive 'logged.ndjson'
        New-Event | Export-KubeEvent $events
        (Invoke-Process "(Import-KubeEvent '$events').PSObject.TypeNames[0]").Output | Should -Be EventRecording.KubeEvent
    }

    It 'keeps the table for events of different cmdlets in one script' {
        $written = New-Event
        $written.PSObject.Properties.Add([psnoteproperty]::new('Outcome', 'Created'))
        $lines = Get-Line (& { New-Event; $written; New-Event } | Out-String -Width 120)
        $lines | Should -HaveCount 5
    }

    It 'keeps the table of <Of> for events of one cluster and namespace behind it' -ForEach @(
        @{ Of = 'EventRecording.KubeEvent#Namespaced' }
        @{ Of = 'EventRecording.KubeEvent#Contexts' }
        @{ Of = 'EventRecording.KubeEvent#Contexts#Namespaced' }
        @{ Of = 'EventRecording.KubeEvent#Related' }
    ) {
        $one = @{ CoreCount = 1; InvolvedObject = [EventRecording.ObjectReference]@{ Kind = 'Pod'; Name = 'web-0' } }
        $first = New-Event $one
        $first.PSObject.TypeNames.Insert(0, $Of)
        $lines = Get-Line (& { $first; New-Event $one } | Out-String -Width 120)
        $lines | Should -HaveCount 4
        $lines[3] | Should -Match ' pod/web-0 +3 replicas$'
        (Get-Line (New-Event | Out-String -Width 120))[0] | Should -Match '^LastSeen +Type'
    }

    It 'shows when and what behind another object, in two lines' {
        $shown = New-Event
        $lines = Get-Line (& { [version]'1.0'; $shown } | Out-String -Width 120)
        $lines[-2] | Should -Match '^LastSeen : \S'
        $lines[-1] | Should -BeExactly 'Text     : Normal ScaledUp redis/my-op-redis (x2): 3 replicas'
        $lines = Get-Line (& { [EventRecording.PowerShell.EventSyncResult]::new(1, 2, 3, 4); $shown } | Out-String -Width 120)
        $lines[0] | Should -BeExactly 'Written Pending Spooled Failed'
        $lines[2] | Should -BeExactly '      1       2       3      4'
        $lines[-1] | Should -BeExactly 'Text     : Normal ScaledUp redis/my-op-redis (x2): 3 replicas'
        # What shows, or keeps, all properties has nothing twice.
        $shown | Get-Member | ForEach-Object Name | Should -Not -Contain Text
        ($shown | Select-Object *).PSObject.Properties.Name | Should -Not -Contain Text
        $shown | ConvertTo-Json | Should -Not -Match '\bText\b'
        $shown | Format-List * | Out-String | Should -Not -Match '\bText\b'
    }

    It 'begins with the namespace for events of several, whatever comes between' {
        $sandbox = New-Sandbox
        try {
            $kubeconfig = Save-Kubeconfig $sandbox
            New-ServerEvent $sandbox web-0.1
            New-ServerEvent $sandbox web-0.2 @{ reason = 'Started' }
            foreach ($several in @{ AllNamespaces = $true }, @{ Namespace = 'default', 'shop' }, @{ Namespace = 'def*' }) {
                $lines = Get-Line (Get-KubeEvent -Kubeconfig $kubeconfig @several | Where-Object Reason -eq Started | Out-String -Width 120)
                $lines[0] -split '\s+' | Should -Be Namespace, LastSeen, Type, Reason, Object, Message
                $lines[2] | Should -Match '^default +\S+ +Normal +Started'
            }
            # What every cluster has is not broken over two lines.
            New-ServerEvent $sandbox web-0.3 @{ metadata = @{ name = 'web-0.3'; namespace = 'kube-system' } }
            $lines = Get-Line (Get-KubeEvent -Kubeconfig $kubeconfig -Namespace kube-* | Out-String -Width 120)
            $lines[2] | Should -Match '^kube-system +\S+ +Normal '
            $lines = Get-Line (Watch-KubeEvent -Kubeconfig $kubeconfig -AllNamespaces -First 1 | Out-String -Width 120)
            $lines[0] | Should -Match '^Namespace'
            $lines = Get-Line (Get-KubeEvent -Kubeconfig $kubeconfig -Namespace default | Out-String -Width 120)
            $lines[0] | Should -Match '^LastSeen'
        }
        finally {
            $sandbox.Dispose()
        }
    }

    It 'shows what <What> shows, row by row' -Skip:(-not (Get-Command kubectl -CommandType Application -ErrorAction Ignore)) -ForEach @(
        @{ What = 'kubectl events'; Kubectl = @('events'); View = 'events' }
        @{ What = 'kubectl events -A'; Kubectl = @('events', '-A'); View = 'namespaces' }
        @{ What = 'kubectl get events -o wide'; Kubectl = @('get', 'events', '-o', 'wide'); View = 'wide' }
        @{ What = 'kubectl get events -A -o wide'; Kubectl = @('get', 'events', '-A', '-o', 'wide'); View = 'wide' }
    ) {
        # The cells of a table with their headings, in the order of these; where a column begins, its heading does.
        function Get-Cell([string[]] $Line, [string] $Heading) {
            $headings = [regex]::Matches($Line[0], $Heading)
            $starts = $headings.Index
            foreach ($row in $Line | Select-Object -Skip 1 | Where-Object { $_ -notmatch '^-+ ' }) {
                $cells = for ($i = 0; $i -lt $starts.Count; $i++) {
                    $end = $i + 1 -lt $starts.Count ? $starts[$i + 1] : $row.Length
                    $cell = $starts[$i] -lt $row.Length ? $row.Substring($starts[$i], [math]::Min($end, $row.Length) - $starts[$i]).Trim() : ''
                    "$($headings[$i].Value.ToLower() -replace ' ')=$cell"
                }
                ($cells | Sort-Object) -join '|'
            }
        }

        function Get-Time([double] $Hours) {
            # Half a unit away from the next age, so that the seconds until kubectl looks change nothing.
            [datetime]::UtcNow.AddHours(-$Hours).ToString('yyyy-MM-ddTHH:mm:ss.ffffffZ')
        }

        $sandbox = New-Sandbox
        try {
            $kubeconfig = Save-Kubeconfig $sandbox
            New-ServerEvent $sandbox a.1 @{ count = 7; firstTimestamp = Get-Time 132.5; lastTimestamp = Get-Time 9.5 }
            New-ServerEvent $sandbox b.1 @{ type = 'Warning'; reason = 'Failed'; message = ' trimmed '; firstTimestamp = Get-Time 20.5; lastTimestamp = Get-Time 20.5 }
            New-ServerEvent $sandbox c.1 @{ count = 3; firstTimestamp = $null; lastTimestamp = $null; eventTime = Get-Time 80.5; series = @{ count = 4; lastObservedTime = Get-Time 30.5 }
                source = @{ component = 'kubelet'; host = 'node-1' } }
            New-ServerEvent $sandbox d.1 @{ source = @{}; reportingComponent = 'kubelet'; reportingInstance = 'node-2'; firstTimestamp = Get-Time 2000.5; lastTimestamp = Get-Time 2000.5
                involvedObject = @{ apiVersion = 'v1'; kind = 'Pod'; name = 'web-0'; namespace = 'default'; fieldPath = 'spec.web' } }
            $theirs = @(& kubectl --kubeconfig $kubeconfig @Kubectl)
            $events = Get-KubeEvent -Kubeconfig $kubeconfig -AllNamespaces:($Kubectl -contains '-A') -Unsorted:($Kubectl -contains 'get')
            $ours = Get-Line ($events | Format-Table -View $View | Out-String -Width 300)
            $expected = Get-Cell $theirs '\S+( \S+)*'
            $expected.Count | Should -Be 4
            Get-Cell $ours '\S+' | Should -Be $expected
        }
        finally {
            $sandbox.Dispose()
        }
    }

    It 'marks what a watch saw go, also in strict mode' {
        Set-StrictMode -Version Latest
        $gone = New-Event
        $gone.PSObject.Properties.Add([psnoteproperty]::new('Change', [EventRecording.EventChange]::Deleted))
        $lines = Get-Line ((New-Event), $gone | Out-String -Width 120)
        $lines[2] | Should -Match ' 3 replicas$'
        $lines[2] | Should -Not -Match 'deleted'
        $lines[3] | Should -Match ' \(deleted\) 3 replicas$'
        $gone | Format-List | Out-String | Should -Match '(?m)^Change +: Deleted'
        New-Event | Format-List | Out-String | Should -Not -Match 'Change|Outcome'
    }

    It 'shows events that come out of a file, a job or another machine' {
        $path = Join-Path $TestDrive events.xml
        New-Event @{ Message = $hostile } | Export-Clixml -LiteralPath $path
        $table = Get-Line (Import-Clixml -LiteralPath $path | Out-String -Width 200)
        $table[2] | Should -Match '^10m \(x2 over 20m\) +Normal +ScaledUp +redis/my-op-redis +red\^\['
        $list = Import-Clixml -LiteralPath $path | Format-List | Out-String -Width 200
        $list | Should -Match '(?m)^Object +: redis/my-op-redis'
        "$table$list" | Should -Not -Match "[$escape`a\u202E\u009B]"
    }

    It 'shows those that were read before the module was there' {
        $path = Join-Path $TestDrive early.xml
        New-Event @{ Message = $hostile } | Export-Clixml -LiteralPath $path
        $shown = (Invoke-Process "Remove-Module EventRecording; `$read = Import-Clixml '$path'; Import-Module '$ModulePath'; `$read | Out-String -Width 200; `$read | Format-List | Out-String -Width 200").Output
        $shown -match '^10m \(x2 +Normal +ScaledUp +redis/my-op-redis +red\^\[' | Should -Not -BeNullOrEmpty
        $shown -match '^Object +: redis/my-op-redis' | Should -Not -BeNullOrEmpty
        "$shown" | Should -Not -Match "[$escape`a\u202E\u009B]"
    }

    It 'shows them in every view, with the message also on 80 columns' {
        $path = Join-Path $TestDrive parts.xml
        New-Event | Export-Clixml -LiteralPath $path
        $shown = (Invoke-Process "Remove-Module EventRecording; `$read = Import-Clixml '$path'; Import-Module '$ModulePath'; `$read | Out-String -Width 80; `$read | Format-Table -View describe | Out-String -Width 120; `$read | Format-Table -View wide | Out-String -Width 200").Output
        $shown -match '^LastSeen +Type +Reason +Object +Message$' | Should -HaveCount 1
        $shown -match '^10m \(x2 +Normal +ScaledUp +redis/my-op-redis +3 replicas$' | Should -HaveCount 1
        $shown -match '^Normal ScaledUp 10m \(x2 over 20m\) redis-operator +3 replicas$' | Should -HaveCount 1
        $shown -match '^10m +2 +Normal +ScaledUp .* 3 replicas +20m' | Should -HaveCount 1
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

    It 'has a line for an event with a name as the recorder makes it and a container, in a wide window' {
        $named = New-Event @{ Name = 'my-op-redis.532a5ff1d0a4b7e6c1f28d9b3a470eb0'; InvolvedObject = [EventRecording.ObjectReference]@{ Kind = 'Redis'; Name = 'my-op-redis'; FieldPath = 'spec.containers{redis}' } }
        Get-Line ($named | Format-Table -View wide | Out-String -Width 240) | Should -HaveCount 3
        Get-Line ($named | Format-List | Out-String) | Should -Contain 'Subobject : spec.containers{redis}'
    }

    It 'breaks no number of the wide view in a window of any width' {
        $many = New-Event @{ CoreCount = 10482 }
        80..180 | Where-Object { ($many | Format-Table -View wide | Out-String -Width $_) -notmatch ' 10482 Normal ' } | Should -BeNullOrEmpty
    }

    It 'shows the message in the wide view, 20 columns or more, from <Width> columns on: <Of>' -ForEach @(
        @{ Of = '#Narrow'; Width = 80 }
        @{ Of = '#Narrow#Namespaced'; Width = 80 }
        @{ Of = ''; Width = 100 }
        @{ Of = '#Namespaced'; Width = 100 }
        @{ Of = '#Broad#Namespaced'; Width = 120 }
        @{ Of = '#Broad#Contexts'; Width = 120 }
    ) {
        $shown = New-Event @{ Message = 'twenty characters...' }
        if ($Of) {
            if ($Of -eq '#Narrow#Namespaced') {
                $shown.PSObject.TypeNames.Insert(0, 'EventRecording.KubeEvent#Namespaced')
                $Of = '#Narrow'
            }
            $shown.PSObject.TypeNames.Insert(0, "EventRecording.KubeEvent$Of")
        }
        $lines = Get-Line ($shown | Format-Table -View wide | Out-String -Width $Width)
        $lines[0] | Should -Match ' Message$'
        $lines[2] | Should -Match ' twenty characters\.\.\.$'
    }

    It 'leaves out what is behind the message in a window too narrow for the wide view: <Of>, <Width>' -ForEach @(
        @{ Of = 'EventRecording.KubeEvent'; Width = 100 }
        @{ Of = 'EventRecording.KubeEvent'; Width = 160 }
        @{ Of = 'EventRecording.KubeEvent#Broad#Namespaced'; Width = 120 }
        @{ Of = 'EventRecording.KubeEvent#Broad#Namespaced'; Width = 180 }
        @{ Of = 'EventRecording.KubeEvent#Broad#Contexts'; Width = 120 }
        @{ Of = 'EventRecording.KubeEvent#Broad#Contexts'; Width = 180 }
    ) {
        $shown = New-Event
        $shown.PSObject.TypeNames.Insert(0, $Of)
        $lines = Get-Line ($shown | Format-Table -View wide | Out-String -Width $Width)
        $lines[0] | Should -Match ' Source +Message$'
        $lines[2] | Should -Match ' redis-operator +3 replicas$'
        $lines | Should -HaveCount 3
    }

    It 'shows <unknown> without a time' {
        New-Event @{ FirstTimestamp = $null; LastTimestamp = $null; CoreCount = $null } | Out-String | Should -Match '<unknown>'
    }

    It 'loses nothing of a long message' {
        $text = New-Event @{ Message = 'word ' * 100 } | Out-String -Width 100
        [regex]::Matches(($text -replace '\s'), 'word').Count | Should -Be 100
    }

    It 'loses nothing in a window of 40 columns with <_>' -ForEach 'Format-Custom', 'Format-List' {
        $text = New-Event @{ Message = 'word ' * 30 } | & $_ | Out-String -Width 40
        [regex]::Matches(($text -replace '\s'), 'word').Count | Should -Be 30
        $text -replace '\s' | Should -Match 'ScaledUp.*redis/my-op-redis'
    }

    It 'lets no control character through in <_>, and keeps it in the property' -ForEach 'the table', 'the describe view', 'the list', 'the names', 'the wide view' {
        $evil = New-Event @{ Message = $hostile; Reason = $hostile; Type = $hostile; SourceComponent = $hostile; Name = $hostile; Namespace = $hostile; SourceHost = $hostile
            InvolvedObject = [EventRecording.ObjectReference]@{ Kind = $hostile; Name = $hostile; FieldPath = $hostile } }
        $text = switch ($_) {
            'the table' { $evil | Out-String -Width 300 }
            'the describe view' { $evil | Format-Table -View describe | Out-String -Width 300 }
            'the list' { $evil | Format-List | Out-String -Width 300 }
            'the names' { $evil | Format-Wide | Out-String -Width 300 }
            'the wide view' { $evil | Format-Table -View wide | Out-String -Width 600 }
        }
        $text | Should -Match 'red\^\['
        $text | Should -Not -Match "[$escape`a\u202E\u009B]"
        $evil.Message | Should -BeExactly $hostile
    }

    It 'lets none through in <Shape> of <Type>' -ForEach @(
        foreach ($type in 'KubeEvent', 'EventMeasure', 'ObjectReference', 'FlushResult', 'EventFailure', 'Occurrence') {
            foreach ($shape in 'Format-List', 'Format-Wide', 'Format-Custom', 'Out-String', 'the list behind another object') {
                @{ Type = $type; Shape = $shape }
            }
        }
    ) {
        $object = [EventRecording.ObjectReference]@{ ApiVersion = $hostile; Kind = $hostile; Name = $hostile; Namespace = $hostile; Uid = $hostile; FieldPath = $hostile; ResourceVersion = $hostile }
        $occurrence = [EventRecording.Occurrence]@{ Regarding = $object; Reason = $hostile; Message = $hostile; Action = $hostile }
        $failure = [EventRecording.EventFailure]::new('Refused', [EventRecording.EventReporter]::new($hostile, $hostile), $occurrence, 1, [InvalidOperationException]::new($hostile))
        $shown = switch ($Type) {
            KubeEvent { New-Event @{ Message = $hostile; Reason = $hostile; Type = $hostile; SourceComponent = $hostile; Name = $hostile; Namespace = $hostile; InvolvedObject = $object } }
            EventMeasure { [EventRecording.EventMeasure]@{ Type = $hostile; Reason = $hostile; Object = $object; Source = $hostile; Count = 1 } }
            ObjectReference { $object }
            FlushResult { $result = [EventRecording.FlushResult]::new(1, 0, [EventRecording.EventFailure[]]$failure); $result.SpoolFault = $hostile; $result }
            EventFailure { $failure }
            Occurrence { $occurrence }
        }
        $shape = $Shape
        function Get-Text($Of) {
            switch ($shape) {
                Out-String { $Of | Out-String -Width 2000 }
                'the list behind another object' { & { Get-Date; $Of } | Out-String -Width 2000 }
                default { $Of | & $shape | Out-String -Width 2000 }
            }
        }
        $text = Get-Text $shown
        $text | Should -Match 'red\^\['
        $text | Should -Not -Match "[$escape`a\u202E\u009B]"
        # As it comes out of a file or a job.
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).xml"
        $shown | Export-Clixml -LiteralPath $path
        $text = Get-Text (Import-Clixml -LiteralPath $path)
        $text | Should -Match 'red\^\['
        $text | Should -Not -Match "[$escape`a\u202E\u009B]"
    }

    It 'gives a warning colour where the host has it, and none where NO_COLOR is set, unless the session wants it' {
        $script = "'Warning', 'Normal' | ForEach-Object { [EventRecording.KubeEvent]@{ Type = `$_; Reason = 'Failed' } | Out-String -Width 120 }"
        $plain = Invoke-Process "`$PSStyle.OutputRendering; $script"
        $plain.Output[0] | Should -Be PlainText
        $plain.Output -join "`n" | Should -Not -Match $escape
        # A dumb terminal has no colours, whatever the session wants.
        $coloured = (Invoke-Process "`$PSStyle.OutputRendering = 'Ansi'; $script" -Environment @{ TERM = 'xterm' }).Output -join "`n"
        [regex]::Matches($coloured, [regex]::Escape("$($PSStyle.Formatting.Warning)Warning$($PSStyle.Reset)")).Count | Should -Be 1
        $coloured | Should -Not -Match ([regex]::Escape("$($PSStyle.Formatting.Warning)Normal"))
    }
}
