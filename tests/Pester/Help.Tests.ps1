BeforeDiscovery {
    . "$PSScriptRoot/Documented.ps1"

    # Examples that cannot be run, as 'Cmdlet number' = why.
    $notRun = @{}

    $commands = (Get-Command -Module EventRecording).Name
    $examples = foreach ($name in $commands) {
        $number = 0
        foreach ($example in (Get-Help $name).examples.example) {
            $number++
            @{ Name = $name; Number = $number; Code = $example.code; Reason = $notRun["$name $number"] }
        }
    }
}

Describe 'The help' {
    BeforeAll {
        . "$PSScriptRoot/Documented.ps1"
    }

    It 'of <_> is complete' -ForEach $commands {
        $help = Get-Help $_ -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.description.Text | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue.type.name | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        $command = Get-Command $_
        $own = $command.Parameters.Keys | Where-Object { $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters } | Sort-Object
        $help.parameters.parameter.name | Sort-Object | Should -Be $own
        $help.parameters.parameter.ForEach{ $_.description.Text } | Should -Not -Contain $null
        @($help.syntax.syntaxItem).Count | Should -Be $command.ParameterSets.Count
    }

    It 'says of each parameter of <_> what PowerShell says' -ForEach $commands {
        $command = Get-Command $_
        foreach ($parameter in (Get-Help $_ -Parameter *)) {
            $real = $command.Parameters[$parameter.name]
            $sets = @($real.ParameterSets.Values)
            $parameter.required | Should -Be ("$($sets.IsMandatory -notcontains $false)".ToLowerInvariant()) -Because $parameter.name
            $parameter.pipelineInput -like 'true*' | Should -Be ($sets.ValueFromPipeline -contains $true -or $sets.ValueFromPipelineByPropertyName -contains $true) -Because $parameter.name
            ($parameter.aliases -split ', ').Where{ $_ -ne 'none' } | Should -Be @($real.Aliases) -Because $parameter.name
        }
    }

    It 'of <_> is found on the web' -ForEach $commands {
        (Get-Command $_).HelpUri | Should -Be "https://github.com/eventrecording/eventrecording/blob/main/docs/cmdlets/$_.md"
    }

    It 'has a page about the module' {
        (Get-Help about_EventRecording) -join "`n" | Should -Match 'SHORT DESCRIPTION'
    }

    It 'shows with about_EventRecording commands that run' {
        # A command goes on behind a pipe, or behind a backtick.
        $text = (Get-Help about_EventRecording) -replace '\|\r?\n\s+', '| ' -replace '`\r?\n\s+'
        $lines = $text -split '\r?\n' | Where-Object { $_ -match '^\s+PS> ' }
        $lines.Count | Should -BeGreaterThan 3
        foreach ($line in $lines) {
            Invoke-Documented ($line -replace '^\s+PS> ') | Should -Not -BeNullOrEmpty -Because $line
        }
    }
}

Describe 'The examples' {
    BeforeAll {
        . "$PSScriptRoot/Documented.ps1"
    }

    It 'run: <Name> <Number>' -ForEach $examples {
        if ($Reason) {
            Set-ItResult -Skipped -Because $Reason
        }
        { Invoke-Documented $Code } | Should -Not -Throw
    }
}
