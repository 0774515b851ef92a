# The package for the PowerShell Gallery: what is in it, and what somebody gets who installs it.

BeforeAll {
    . "$PSScriptRoot/Support.ps1"

    # The module as it was built, made a package; the folder is what Register-PSResourceRepository takes for a local repository.
    $repository = Join-Path $TestDrive 'repository'
    $configuration = (Get-ChildItem (Join-Path $Root 'src/EventRecording.PowerShell/bin') -Recurse -Filter EventRecording.PowerShell.dll |
        Sort-Object LastWriteTime -Bottom 1).Directory.Parent.Name
    $output = & dotnet pack (Join-Path $Root 'src/EventRecording.PowerShell') --no-build --configuration $configuration --output $repository
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet pack failed: $output"
    }
    $version = (Import-PowerShellDataFile (Join-Path $Root 'EventRecording.psd1')).ModuleVersion
    $package = Join-Path $repository "EventRecording.$version.nupkg"

    # What Install-PSResource does: the files without those of NuGet, in a folder of the module's name and version.
    $modules = Join-Path $TestDrive 'modules'
    $installed = Join-Path $modules 'EventRecording' $version
    [System.IO.Compression.ZipFile]::ExtractToDirectory($package, $installed)
    $nuspec = [xml](Get-Content -Raw (Join-Path $installed 'EventRecording.nuspec'))
    foreach ($name in '_rels', 'package', 'EventRecording.nuspec', '[Content_Types].xml') {
        Remove-Item -LiteralPath (Join-Path $installed $name) -Recurse -Force
    }

    function Invoke-Installed([string] $Script, [string] $ModuleFolder = $modules) {
        $pwsh = (Get-Process -Id $PID).Path
        $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes("`$ErrorActionPreference = 'Stop'; `$PSStyle.OutputRendering = 'PlainText'; $Script"))
        $before = $env:PSModulePath
        $env:PSModulePath = $ModuleFolder
        try {
            & $pwsh -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand $encoded
        }
        finally {
            $env:PSModulePath = $before
        }
    }
}

Describe 'The package' {
    It 'holds the files that the manifest lists, and no others' {
        $files = Get-ChildItem $installed -Recurse -File | ForEach-Object { [System.IO.Path]::GetRelativePath($installed, $_.FullName).Replace('\', '/') }
        $listed = (Import-PowerShellDataFile (Join-Path $installed 'EventRecording.psd1')).FileList
        $files -notlike 'ready-to-run/*' | Sort-Object | Should -Be ($listed | Sort-Object)
        $files | Should -Not -Match '\.(pdb|deps\.json|runtimeconfig\.json)$'
    }

    It 'holds each assembly for each system that it was compiled for' {
        $systems = @(Get-ChildItem (Join-Path $Root 'out/EventRecording/ready-to-run') -Directory -ErrorAction Ignore)
        $assemblies = (Import-PowerShellDataFile (Join-Path $installed 'EventRecording.psd1')).FileList -like '*.dll' -ne 'EventRecording.Loader.dll'
        foreach ($system in $systems) {
            foreach ($assembly in $assemblies) {
                Join-Path $installed 'ready-to-run' $system.Name $assembly | Should -Exist
            }
        }
        Test-Path (Join-Path $installed 'ready-to-run') | Should -Be ($systems.Count -gt 0)
    }

    It 'has a manifest that is valid' {
        $manifest = Test-ModuleManifest (Join-Path $installed 'EventRecording.psd1')
        $manifest.Version | Should -Be $version
        $manifest.ReleaseNotes | Should -Match 'Write-KubeEvent'
        $manifest.ReleaseNotes | Should -Not -Match '^See CHANGELOG'
    }

    It 'is described for the Gallery as by the manifest' {
        $manifest = Test-ModuleManifest (Join-Path $installed 'EventRecording.psd1')
        $metadata = $nuspec.package.metadata
        $metadata.id, $metadata.version, $metadata.authors, $metadata.owners | Should -Be 'EventRecording', $version, $manifest.Author, $manifest.CompanyName
        $metadata.description, $metadata.copyright, $metadata.projectUrl, $metadata.licenseUrl |
            Should -Be $manifest.Description, $manifest.Copyright, "$($manifest.ProjectUri)", "$($manifest.LicenseUri)"
        $metadata.releaseNotes.ReplaceLineEndings() | Should -Be $manifest.ReleaseNotes.ReplaceLineEndings()
        $tags = $metadata.tags -split ' '
        $tags | Should -Contain 'PSModule'
        foreach ($cmdlet in $manifest.ExportedCmdlets.Keys) {
            $tags | Should -Contain "PSCmdlet_$cmdlet"
        }
    }

    It 'gives a clean session commands that load the module by themselves, with help and views' {
        $sandbox = New-Sandbox
        $before = $env:KUBECONFIG
        try {
            $env:KUBECONFIG = Save-Kubeconfig $sandbox
            $null = New-Redis $sandbox my-op-redis
            $lines = Invoke-Installed @'
(Write-KubeEvent ScaledUp 'replicas: 1 -> 3' -For redis/my-op-redis).Outcome
(Get-Module EventRecording).ModuleBase
(Get-Help Write-KubeEvent).Synopsis
(Get-KubeEvent | Out-String) -match 'redis/my-op-redis'
'@
            $lines[0] | Should -Be 'Created'
            $lines[1] | Should -Be $installed
            $lines[2] | Should -Match 'kubectl describe'
            $lines[3] | Should -Be 'True'
        }
        finally {
            $env:KUBECONFIG = $before
            $sandbox.Dispose()
        }
    }

    It 'is installed by Install-PSResource from a local repository' {
        if (-not (Get-Command Install-PSResource -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'there is no Install-PSResource in this PowerShell; the tests before this one unpack the package as it does'
            return
        }
        # A home of its own, so that nothing is left in the user's.
        $user = Join-Path $TestDrive 'home'
        $data = Join-Path $user 'data'
        $null = New-Item -ItemType Directory $user, $data
        $run = Invoke-Process -Environment @{ HOME = $user; USERPROFILE = $user; LOCALAPPDATA = $data; XDG_DATA_HOME = $data; PSModulePath = $env:PSModulePath } -Script @"
Register-PSResourceRepository -Name EventRecordingTest -Uri '$repository' -Trusted
(Find-PSResource EventRecording -Repository EventRecordingTest).Version.ToString()
Install-PSResource EventRecording -Repository EventRecordingTest -Scope CurrentUser
(Get-InstalledPSResource EventRecording -Scope CurrentUser).InstalledLocation
"@
        $run.Error | Should -BeNullOrEmpty
        $run.Output[0] | Should -Be "$version"
        $run.Output[1] | Should -BeLike "$user*"
        Invoke-Installed '(Get-Command Write-KubeEvent).Version.ToString()' $run.Output[1] | Should -Be "$version"
    }
}
