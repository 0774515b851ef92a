#!/usr/bin/env pwsh
#Requires -Version 7.4
<#
.SYNOPSIS
Builds and tests EventRecording.
.DESCRIPTION
Build   dotnet build, which lays out the importable module in out/EventRecording
Test    dotnet test, then the Pester suite in this PowerShell
Pack    dotnet pack, always Release: the packages for NuGet in out/packages, the one for the PowerShell Gallery in out/gallery
Clean   removes what the other tasks made
.EXAMPLE
./build.ps1
Builds and tests.
.EXAMPLE
./build.ps1 -Task Test, Pack
Publish the result with dotnet nuget push, and with Publish-PSResource -NupkgPath.
.EXAMPLE
./build.ps1 -Task Clean, Build -Configuration Release
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pack', 'Clean')]
    [string[]] $Task = @('Build', 'Test'),

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE."
    }
}

function Clear-Output {
    Invoke-DotNet clean --configuration $Configuration
    foreach ($folder in 'out', 'TestResults') {
        $path = Join-Path $PSScriptRoot $folder
        if (Test-Path -LiteralPath $path) {
            Remove-Item -LiteralPath $path -Recurse
        }
    }
}

function Test-Module {
    Invoke-DotNet test --configuration $Configuration
    # A process of its own, since this one could never again build over a module that it has loaded.
    & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot 'tests/Pester/Invoke-Suite.ps1')
    if ($LASTEXITCODE -ne 0) {
        throw 'The Pester suite failed.'
    }
}

# The package KubernetesClient is not in every registry, so what stands on it is outside of the solution.
function New-KubernetesClientPackage {
    $project = 'src/EventRecording.KubernetesClient'
    $null = & dotnet restore $project
    if ($LASTEXITCODE -ne 0) {
        Write-Warning "$project was not packed: the package KubernetesClient cannot be restored on this machine."
        return
    }

    Invoke-DotNet pack $project --configuration Release
}

# The systems that the module is compiled for ahead of time. On others it works as well, and a first command waits longer.
function Get-ReadyToRunSystem {
    foreach ($system in 'linux-x64', 'linux-arm64', 'osx-x64', 'osx-arm64', 'win-x64', 'win-arm64') {
        $null = & dotnet restore tools/EventRecording.ReadyToRun "-property:RuntimeIdentifier=$system"
        if ($LASTEXITCODE -eq 0) {
            $system
        }
        else {
            Write-Warning "The module is not compiled for ${system}: the packages of its runtime cannot be restored on this machine."
        }
    }
}

function New-Package {
    Invoke-DotNet pack --configuration Release "-property:ReadyToRunSystems=$(@(Get-ReadyToRunSystem) -join '+')"
    New-KubernetesClientPackage
}

Push-Location $PSScriptRoot
try {
    switch ($Task) {
        'Clean' { Clear-Output }
        'Build' { Invoke-DotNet build --configuration $Configuration }
        'Test' { Test-Module }
        'Pack' { New-Package }
    }
}
finally {
    Pop-Location
}
