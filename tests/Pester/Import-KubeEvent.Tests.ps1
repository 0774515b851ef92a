BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $sandbox = New-Sandbox
    $env:KUBECONFIG = Save-Kubeconfig $sandbox
    New-ServerEvent $sandbox a
    New-ServerEvent $sandbox b @{ type = 'Warning'; reason = 'BackOff'; count = 7; involvedObject = @{ apiVersion = 'apps/v1'; kind = 'Deployment'; name = 'web'; namespace = 'default' } }
    Get-KubeEvent | Export-KubeEvent "$TestDrive/dump/week.ndjson"
    New-ServerEvent $sandbox b @{ type = 'Warning'; reason = 'BackOff'; count = 8; involvedObject = @{ apiVersion = 'apps/v1'; kind = 'Deployment'; name = 'web'; namespace = 'default' } }
    Get-KubeEvent | Export-KubeEvent "$TestDrive/dump/week.ndjson"
    $live = Get-KubeEvent
}

AfterAll {
    $env:KUBECONFIG = $null
    Remove-Module EventRecording
    $sandbox.Dispose()
}

Describe 'Import-KubeEvent' {
    BeforeEach { Push-Location $TestDrive/dump }
    AfterEach { Pop-Location }

    It 'gives what the server had, field by field' {
        $read = Import-KubeEvent week.ndjson
        ($read | Select-Object * -ExcludeProperty Labels, Annotations, Context | ConvertTo-Json -Depth 5) | Should -Be ($live | Select-Object * -ExcludeProperty Labels, Annotations, Context | ConvertTo-Json -Depth 5)
        $read[0].GetType() | Should -Be $live[0].GetType()
    }

    It 'gives the latest copy of each event, and every one with -AllSteps' {
        Import-KubeEvent week.ndjson | ForEach-Object Count | Should -Be 1, 8
        Import-KubeEvent week.ndjson -AllSteps | ForEach-Object Count | Should -Be 1, 7, 8
        @(Import-KubeEvent week.ndjson -AllSteps -First 1).Count | Should -Be 1
    }

    It 'filters as Get-KubeEvent does' {
        (Import-KubeEvent week.ndjson -Type Warning).Name | Should -Be b
        (Import-KubeEvent week.ndjson -Reason Back*).Name | Should -Be b
        (Import-KubeEvent week.ndjson -For deploy/web).Name | Should -Be b
        (Import-KubeEvent week.ndjson -For deployments.apps/web, pod/web-0).Name | Should -Be a, b
        (Import-KubeEvent week.ndjson -For ([pscustomobject]@{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'web-0'; namespace = 'default' } })).Name | Should -Be a
        Import-KubeEvent week.ndjson -For pod/web | Should -BeNullOrEmpty
        Import-KubeEvent week.ndjson -Namespace def* -Source kubelet | ForEach-Object Count | Should -Be 1, 8
        Import-KubeEvent week.ndjson -Since 1h | ForEach-Object Count | Should -Be 1, 8
        Import-KubeEvent week.ndjson -Until 1h | Should -BeNullOrEmpty
    }

    It 'counts times from the end of the dump where asked, and shows ages as of then' {
        Set-Content old.ndjson @(
            '{"kind":"Event","apiVersion":"v1","metadata":{"name":"x","uid":"x"},"reason":"Early","lastTimestamp":"2020-01-01T10:00:00Z","firstTimestamp":"2020-01-01T10:00:00Z"}'
            '{"kind":"Event","apiVersion":"v1","metadata":{"name":"y","uid":"y"},"reason":"Late","lastTimestamp":"2020-01-01T11:30:00Z","firstTimestamp":"2020-01-01T11:30:00Z"}'
        )
        Import-KubeEvent old.ndjson -Since 1h | Should -BeNullOrEmpty
        (Import-KubeEvent old.ndjson -Since 1h -AsOf End).Reason | Should -Be Late
        (Import-KubeEvent old.ndjson -Since 1h -AsOf 2020-01-01T10:15:00Z -Until 0s).Reason | Should -Be Early
        Import-KubeEvent old.ndjson -AsOf End | Out-String | Should -Match '90m\s.*Early(.|\n)*0s\s.*Late'
        Remove-Item old.ndjson
    }

    It 'reads events of the future, and about kinds that are none' {
        Set-Content odd.ndjson @(
            '{"kind":"Event","apiVersion":"v1","metadata":{"name":"x","uid":"x"},"reason":"Tomorrow","firstTimestamp":"2999-01-01T10:00:00Z","lastTimestamp":"2999-01-01T10:00:00Z","involvedObject":{"kind":"no kind/at all","name":"../x"}}'
            '{"kind":"Event","apiVersion":"v1","metadata":{"name":"y","uid":"y"},"reason":"Nothing","involvedObject":{"kind":7,"name":[]}}'
            '{"kind":"Event","apiVersion":"v1","metadata":{"name":"z","uid":"z"},"reason":"Never","lastTimestamp":"9999-99-99T99:99:99Z","involvedObject":null}'
            '{"kind":"Event","apiVersion":"acme.io/v1","metadata":{"name":"other","uid":"o"},"reason":"Other"}'
        )
        $found = Import-KubeEvent odd.ndjson -ErrorVariable problems -ErrorAction SilentlyContinue
        $found.Reason | Should -Be Tomorrow, Nothing, Never
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'EventNotRead,EventRecording.PowerShell.ImportKubeEventCommand'
        $found | Out-String | Should -Match '<invalid>.*Tomorrow(.|\n)*<unknown>.*Nothing'
        (Import-KubeEvent odd.ndjson -AsOf End -Since 1h -ErrorAction SilentlyContinue).Reason | Should -Be Tomorrow
        $found | Measure-KubeEvent | Should -HaveCount 3
        Remove-Item odd.ndjson
    }

    It 'says once that text is no file, and what to pipe instead' {
        foreach ($text in '{"apiVersion":"v1","kind":"Event"}', "{`n    ""apiVersion"": ""v1"",`n`n    ""items"": [`n    ]`n}", "apiVersion: v1`nitems:`n- apiVersion: v1`n", "LAST SEEN   TYPE`n3m          Normal") {
            $text -split "`n" | Import-KubeEvent -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $problems | Should -HaveCount 1
            $problems[0].FullyQualifiedErrorId | Should -Be 'EventNotRead,EventRecording.PowerShell.ImportKubeEventCommand'
            "$($problems[0])" | Should -BeLike 'This is a line of text, and no file:*ConvertFrom-Json*'
        }
    }

    It 'takes objects of ConvertFrom-Json and files from the pipeline' {
        $list = '{"apiVersion":"v1","kind":"List","items":[' + ((Get-Content week.ndjson) -join ',') + ']}' | ConvertFrom-Json
        $list | Import-KubeEvent | ForEach-Object Count | Should -Be 1, 8
        $list.items | Import-KubeEvent -AllSteps | ForEach-Object Count | Should -Be 1, 7, 8
        ($list | Import-KubeEvent)[0].LastSeen | Should -Be $live[0].LastSeen
        Get-ChildItem . | Import-KubeEvent | ForEach-Object Count | Should -Be 1, 8
        'week.ndjson' | Import-KubeEvent | ForEach-Object Count | Should -Be 1, 8
        $live | Import-KubeEvent -Type Warning | ForEach-Object Name | Should -Be b
        @() | Import-KubeEvent | Should -BeNullOrEmpty
    }

    It 'passes over nothing, and says where a pattern fits nothing or nothing is given' {
        $null | Import-KubeEvent | Should -BeNullOrEmpty
        ('{"kind":"List"}' | ConvertFrom-Json).items | Import-KubeEvent | Should -BeNullOrEmpty
        $bracketed = Join-Path $TestDrive 'dump[1].ndjson'
        Set-Content -LiteralPath $bracketed -Value ''
        foreach ($pattern in (Join-Path $TestDrive 'nomatch*'), $bracketed) {
            Import-KubeEvent $pattern -ErrorAction SilentlyContinue -ErrorVariable problems
            $problems[0].FullyQualifiedErrorId | Should -Be 'EventNotRead,EventRecording.PowerShell.ImportKubeEventCommand'
            $problems[0].CategoryInfo.Category | Should -Be ObjectNotFound
            "$($problems[0])" | Should -BeLike 'No file and no folder fits *-LiteralPath*'
        }
        Import-KubeEvent -LiteralPath $bracketed | Should -BeNullOrEmpty
        { Import-KubeEvent -Type Warning } | Should -Throw -ErrorId 'ArgumentNotValid,*' -ExpectedMessage 'Nothing is given*'
    }

    It 'works with measures and timelines as live events do' {
        (Import-KubeEvent . | Measure-KubeEvent -By Reason | Where-Object Reason -eq BackOff).Count | Should -Be 8
        Import-KubeEvent . | Export-KubeEventTimeline "$TestDrive/events.html"
        Get-Content -Raw "$TestDrive/events.html" | Should -Match BackOff
    }

    It 'says with file and line what it cannot read, and reads the rest' {
        Set-Content "$TestDrive/damaged.ndjson" (@((Get-Content week.ndjson)[0], '{"broken', (Get-Content week.ndjson)[2]))
        Import-KubeEvent "$TestDrive/damaged.ndjson" -ErrorVariable errors -ErrorAction SilentlyContinue | ForEach-Object Count | Should -Be 1, 8
        $errors.FullyQualifiedErrorId | Should -Be 'EventNotRead,EventRecording.PowerShell.ImportKubeEventCommand'
        "$errors" | Should -Match 'damaged\.ndjson:2: '
        { Import-KubeEvent no-such-file.ndjson -ErrorAction Stop } | Should -Throw -ErrorId 'EventNotRead,*'
        { Import-KubeEvent week.ndjson -Since never -ErrorAction Stop } | Should -Throw '*no point in time*'
        { [pscustomobject]@{ kind = 'Pod' } | Import-KubeEvent -ErrorAction Stop } | Should -Throw '*neither an event*'
    }

    It 'reads what kubectl prints' -Skip:(-not (Get-Command kubectl -ErrorAction Ignore)) {
        foreach ($format in 'json', 'yaml') {
            kubectl get events -o $format > "$TestDrive/kubectl.$format"
            Import-KubeEvent "$TestDrive/kubectl.$format" | ForEach-Object Count | Should -Be 1, 8
        }
        kubectl get events.v1.events.k8s.io -o json > "$TestDrive/kubectl.new.json"
        Import-KubeEvent "$TestDrive/kubectl.new.json" | ForEach-Object Count | Should -Be 1, 8
    }

    It 'shows what is in a name, and lets no terminal obey it' -Skip:$IsWindows {
        $name = "$TestDrive/x`e]0;title`ared.json"
        [System.IO.File]::WriteAllText($name, '{"kind":')
        $errors = @(Import-KubeEvent -LiteralPath $name -ErrorAction Continue 2>&1) + @(Import-KubeEvent -LiteralPath "$name-not-there" -ErrorAction Continue 2>&1)
        $errors.Count | Should -BeGreaterOrEqual 2
        foreach ($view in 'ConciseView', 'NormalView', 'CategoryView') {
            $ErrorView = $view
            $errors | Out-String -Width 300 | Should -Not -Match "[`e`a]"
        }
        "$errors" | Should -Match '\^\[\]0;title'
    }

    It 'says which file of a folder it cannot read in nothing that a terminal obeys' -Skip:$IsWindows {
        $folder = New-Item -ItemType Directory "$TestDrive/hostile"
        [System.IO.File]::WriteAllText("$folder/x`e]0;title`ared.json", '{"kind":')
        $told = Import-KubeEvent -LiteralPath $folder -ErrorAction Continue 2>&1
        foreach ($text in $told.TargetObject, $told.Exception.Message, "$($told.Exception)") {
            $text | Should -Match '\^\[\]0;title\^Gred.json'
            $text | Should -Not -Match "[`e`a]"
        }
    }

    It 'ends with Select-Object -First' {
        (Import-KubeEvent week.ndjson | Select-Object -First 1).Name | Should -Be a
    }
}
