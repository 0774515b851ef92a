BeforeDiscovery {
    $page = Get-Content -Raw (Join-Path $PSScriptRoot '../../docs/reading.md')
    $recipes = [regex]::Matches($page, '(?ms)^## (?<title>[^\r\n]+)|^```powershell\r?\n(?<code>.*?)^```') | ForEach-Object {
        if ($_.Groups['title'].Success) {
            $title = $_.Groups['title'].Value
        }
        else {
            @{ Title = $title; Code = $_.Groups['code'].Value }
        }
    }
}

BeforeAll {
    . "$PSScriptRoot/Documented.ps1"

    # The blocks of code of a page that begin with the name of a file.
    function Save-NamedBlock([string] $Page, [string] $Folder) {
        $text = Get-Content -Raw (Join-Path $Root $Page)
        foreach ($block in [regex]::Matches($text, '(?ms)^```powershell\r?\n(?<code># (?<name>\S+\.ps1)\r?\n.*?)^```')) {
            Set-Content -LiteralPath (Join-Path $Folder $block.Groups['name'].Value) -Value $block.Groups['code'].Value
            $block.Groups['name'].Value
        }
    }
}

AfterAll {
    Remove-Module EventRecording
}

Describe 'docs/testing.md' {
    It 'shows a script and tests of it that pass' {
        Save-NamedBlock docs/testing.md $TestDrive | Should -Be 'Backup-Redis.ps1', 'Backup-Redis.Tests.ps1'
        $run = Invoke-Process "`$result = Invoke-Pester -Path '$TestDrive/Backup-Redis.Tests.ps1' -Output None -PassThru; `$result.PassedCount; `$result.TotalCount" `
            -Environment @{ PSModulePath = "$(Split-Path (Split-Path $ModulePath))$([IO.Path]::PathSeparator)$env:PSModulePath" }
        $run.Error | Should -BeNullOrEmpty
        $run.Output[-2] | Should -Be $run.Output[-1]
        [int]$run.Output[-1] | Should -BeGreaterThan 3
    }
}

Describe 'docs/reading.md' {
    It 'has recipes' -ForEach @{ Count = @($recipes).Count } {
        $Count | Should -BeGreaterThan 10
    }

    It 'shows commands that run: <Title>' -ForEach $recipes {
        $output = Invoke-Documented $Code
        if ($Code -match 'Watch-KubeEvent') {
            $output | Should -Not -BeNullOrEmpty
        }
    }
}
