#Requires -Version 7.4
<#
.SYNOPSIS
Runs the Pester suite against the module in out/EventRecording.
.PARAMETER CountsPath
File for the numbers of passed, failed and skipped tests, for whoever adds them up.
#>
[CmdletBinding()]
param([string] $CountsPath)

$ErrorActionPreference = 'Stop'

function Save-Count([int] $Passed, [int] $Failed, [int] $Skipped) {
    if ($CountsPath) {
        Set-Content -LiteralPath $CountsPath -Value "$Passed $Failed $Skipped"
    }
}

if (-not (Get-Module -ListAvailable -Name Pester | Where-Object Version -GE '5.5')) {
    Write-Output 'The Pester suite was skipped: there is no Pester 5.5 or later (Install-PSResource Pester).'
    Save-Count -Passed 0 -Failed 0 -Skipped 1
    exit 0
}

Import-Module Pester -MinimumVersion 5.5
$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$result = Invoke-Pester -Configuration $configuration

# A file that could not be run has no tests to fail.
$failed = $result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount
Save-Count -Passed $result.PassedCount -Failed $failed -Skipped ($result.SkippedCount + $result.InconclusiveCount + $result.NotRunCount)
exit [int]($failed -gt 0)
