#Requires -Version 7.4
<#
.SYNOPSIS
Measures what Import-Module costs over an empty session, in fresh processes that take turns.
.PARAMETER Runs
How many processes of each kind.
#>
[CmdletBinding()]
param(
    [string] $ModulePath = (Join-Path $PSScriptRoot '../../out/EventRecording/EventRecording.psd1'),
    [int] $Runs = 15
)

$pwsh = (Get-Process -Id $PID).Path
$ModulePath = Resolve-Path $ModulePath

# The median, in milliseconds.
function Get-Median([double[]] $Value) {
    '{0:N0}' -f ($Value | Sort-Object)[[int][Math]::Floor($Value.Count / 2)]
}

function Measure-Process([string] $Script) {
    (Measure-Command { $script:printed = & $pwsh -NoProfile -NonInteractive -Command $Script }).TotalMilliseconds
}

# Processor time, too: on a machine that does other work it says more than the clock.
$import = "`$process = [Diagnostics.Process]::GetCurrentProcess(); `$before = `$process.TotalProcessorTime; `$watch = [Diagnostics.Stopwatch]::StartNew()
Import-Module '$ModulePath'
`$watch.Elapsed.TotalMilliseconds; `$process.Refresh(); (`$process.TotalProcessorTime - `$before).TotalMilliseconds
[AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -match 'Yaml|EventRecording'"
$empty, $loaded, $inside, $processor = @(), @(), @(), @()
foreach ($run in 1..$Runs) {
    $empty += Measure-Process "`$watch = [Diagnostics.Stopwatch]::StartNew(); `$watch.Elapsed.TotalMilliseconds"
    $loaded += Measure-Process $import
    $inside += [double]$printed[0]
    $processor += [double]$printed[1]
}

[pscustomobject]@{
    PowerShell      = $PSVersionTable.PSVersion
    'Empty ms'      = Get-Median $empty
    'WithModule ms' = Get-Median $loaded
    'Import ms'     = Get-Median $inside
    'Fastest ms'    = '{0:N0}' -f ($inside | Measure-Object -Minimum).Minimum
    'Processor ms'  = Get-Median $processor
    Assemblies      = $printed[2..10] -join ', '
}
