<#
.SYNOPSIS
Prints how many milliseconds the import took, and a command each time that it ran.
#>
param([string] $Module, [string] $Command, [int] $Times)

$ErrorActionPreference = 'Stop'
$run = [scriptblock]::Create($Command)
$clock = [Diagnostics.Stopwatch]::StartNew()
Import-Module $Module
$figures = @($clock.Elapsed.TotalMilliseconds)
foreach ($time in 1..$Times) {
    $clock.Restart()
    $null = & $run
    $figures += $clock.Elapsed.TotalMilliseconds
}
"$figures"
