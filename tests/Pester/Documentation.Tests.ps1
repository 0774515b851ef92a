# Every block of code in README.md, docs/ and samples/ is run, or says in a comment above it why not. What the pages of docs/cmdlets show is run by
# Help.Tests.ps1, since it is the help.

BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)

    # Blocks of code with what stands above them.
    function Get-CodeBlock([string] $Page) {
        $lines = Get-Content -LiteralPath (Join-Path $root $Page)
        $above = ''
        for ($i = 0; $i -lt $lines.Count; $i++) {
            if ($lines[$i] -notmatch '^\s*```(?<language>\S*)\s*$') {
                $above = $lines[$i] ? $lines[$i] : $above
                continue
            }
            $language = $Matches.language
            $start = ++$i
            while ($lines[$i] -notmatch '^\s*```\s*$') {
                $i++
            }
            $code = $lines[$start..($i - 1)] -join "`n"
            @{
                Where    = "${Page}:$start"
                Page     = $Page
                Language = $language
                Code     = $code
                File     = $code -match '^# (\S+\.ps1)\n' ? $Matches[1] : $null
                Reason   = $above -match '^<!-- not run: (.+) -->$' ? $Matches[1] : $null
            }
            $above = ''
        }
    }

    $pages = 'README.md', 'docs', 'samples' | ForEach-Object { Get-ChildItem (Join-Path $root $_) -Recurse -Filter *.md } |
        ForEach-Object { [IO.Path]::GetRelativePath($root, $_.FullName).Replace('\', '/') } | Where-Object { $_ -notlike 'docs/cmdlets/*' } | Sort-Object -Unique
    $blocks = @($pages | ForEach-Object { Get-CodeBlock $_ })
    $tested = @($blocks.Where{ $_.File -like '*.Tests.ps1' })
    $shown = @($blocks.Where{ $_.Page -notin $tested.Page -or -not $_.File })
}

BeforeAll {
    . "$PSScriptRoot/Documented.ps1"

    function Save-NamedBlock([string] $Page, [string] $Folder) {
        $text = (Get-Content -Raw (Join-Path $Root $Page)).ReplaceLineEndings("`n")
        foreach ($block in [regex]::Matches($text, '(?ms)^```powershell\n(?<code># (?<name>\S+\.ps1)\n.*?)^```')) {
            Set-Content -LiteralPath (Join-Path $Folder $block.Groups['name'].Value) -Value $block.Groups['code'].Value
        }
    }

    # Fragments see the variables that the page takes as given.
    function Test-CSharp([string] $Code) {
        $usings = [regex]::Matches($Code, '(?m)^using [\w.]+;\s*$').Value -join "`n"
        # One namespace stands in a file of its own, which a fragment among others is not.
        $rest = [regex]::Replace($Code, '(?m)^(using|namespace) [\w.]+;\s*$', '')
        $body = $rest -match '(?m)^(public |internal |sealed )+(class|record) ' ? $rest : @"
public static class Page
{
    static ClusterConnection connection; static EventBroadcaster broadcaster; static EventRecorder recorder; static IEventSink sink;
    static object redis; static ObjectReference reference; static string name; static Exception error; static CancellationToken cancellationToken;
    public static async Task RunAsync()
    {
        await Task.Yield();
        $rest
    }
}
"@
        $library = Split-Path $ModulePath
        $references = @(
            'EventRecording.dll', 'dependencies/EventRecording.Cluster.dll', 'dependencies/EventRecording.Sandbox.dll' | ForEach-Object { Join-Path $library $_ }
            'System.Console', 'System.Linq', 'System.Net.Http', 'System.Net.Primitives', 'System.Text.Json', 'System.Private.Uri', 'System.Diagnostics.DiagnosticSource' |
                ForEach-Object { Join-Path $PSHOME 'ref' "$_.dll" } | Where-Object { Test-Path $_ }
        )
        # Usings that it repeats, fields that a page does not use, and assemblies of .NET 8 in a newer one.
        Add-Type -CompilerOptions '-nowarn:CS0105,CS0169,CS0649,CS1701' -OutputAssembly (Join-Path $TestDrive "$([guid]::NewGuid()).dll") -ReferencedAssemblies $references -TypeDefinition @"
using System; using System.Collections.Generic; using System.Linq; using System.Net.Http; using System.Threading; using System.Threading.Tasks;
using EventRecording; using EventRecording.Cluster; using EventRecording.Sandbox;
$usings
$body
"@
    }

    function Test-Yaml([string] $Code) {
        # The parser of the module, in the context that the module loads it into.
        $parser = [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($SandboxAssembly).LoadFromAssemblyName([Reflection.AssemblyName]::new('YamlDotNet'))
        $stream = [Activator]::CreateInstance($parser.GetType('YamlDotNet.RepresentationModel.YamlStream'))
        $stream.Load([IO.StringReader]::new($Code))
        $stream.Documents.Count | Should -BeGreaterThan 0
    }
}

AfterAll {
    Remove-Module EventRecording
}

Describe 'A block of code' {
    It 'runs, or says why not: <Where> <Language>' -ForEach $shown {
        if ($Reason) {
            $Reason.Length | Should -BeGreaterThan 10 -Because 'that is what a reader is told'
            return
        }
        switch ($Language) {
            'powershell' {
                $output = Invoke-Documented $Code
                if ($Code -match 'Watch-KubeEvent') {
                    $output | Should -Not -BeNullOrEmpty
                }
            }
            # What a session looked like: its commands are run.
            'console' {
                $commands = [regex]::Matches($Code, '(?m)^(PS> .*|>> .*)$').Value -replace '^(PS>|>>) '
                $commands | Should -Not -BeNullOrEmpty
                { Invoke-Documented ($commands -join "`n") } | Should -Not -Throw
            }
            'csharp' { { Test-CSharp $Code } | Should -Not -Throw }
            'yaml' { { Test-Yaml $Code } | Should -Not -Throw }
            'json' { { $Code | ConvertFrom-Json } | Should -Not -Throw }
            # What something prints.
            'text' { }
            default {
                throw "Nobody runs blocks of the language '$Language'. Use powershell, console (a session with PS> in it), csharp, yaml, json or text (output), or say in a line above the block why it is not run: <!-- not run: needs a cluster -->"
            }
        }
    }
}

Describe 'A page with tests' {
    It 'shows tests that pass: <Page>' -ForEach $tested {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        Save-NamedBlock $Page $folder
        $run = Invoke-Process "`$result = Invoke-Pester -Path '$folder/$File' -Output None -PassThru; `$result.PassedCount; `$result.TotalCount" `
            -Environment @{ PSModulePath = "$(Split-Path (Split-Path $ModulePath))$([IO.Path]::PathSeparator)$env:PSModulePath" }
        $run.Error | Should -BeNullOrEmpty
        $run.Output[-2] | Should -Be $run.Output[-1]
        [int]$run.Output[-1] | Should -BeGreaterThan 3
    }
}
