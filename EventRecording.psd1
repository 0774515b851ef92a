@{
    RootModule           = 'EventRecording.Loader.dll'
    NestedModules        = @('EventRecording.PowerShell.dll')
    ModuleVersion        = '0.1.0'
    GUID                 = 'f83a4451-fa0b-40f8-816b-7ad09a08b83b'
    CompatiblePSEditions = @('Core')
    PowerShellVersion    = '7.4'
    Author               = 'EventRecording contributors'
    CompanyName          = 'EventRecording'
    Copyright            = '(c) EventRecording contributors. Apache-2.0.'
    Description          = 'Records, reads and watches Kubernetes events: tell people what a script did to an object, where kubectl describe and kubectl get events show it. Every event has an outcome.'

    CmdletsToExport      = @('ConvertTo-KubeEventLog', 'Export-KubeEvent', 'Export-KubeEventTimeline', 'Get-KubeEvent', 'Import-KubeEvent', 'Invoke-KubeEventStep', 'Measure-KubeEvent', 'New-KubeEventRecorder', 'Start-KubeEventSandbox', 'Stop-KubeEventSandbox', 'Sync-KubeEvent', 'Wait-KubeEvent', 'Watch-KubeEvent', 'Write-KubeEvent')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    # What the types name must be there before the cmdlets are.
    RequiredAssemblies   = @('EventRecording.Loader.dll')
    TypesToProcess       = @('EventRecording.Types.ps1xml')
    FormatsToProcess     = @('EventRecording.Format.ps1xml')
    FileList             = @(
        'EventRecording.psd1'
        'EventRecording.Format.ps1xml'
        'EventRecording.Types.ps1xml'
        'EventRecording.Loader.dll'
        'EventRecording.PowerShell.dll'
        'EventRecording.dll'
        'LICENSE'
        'dependencies/EventRecording.Cluster.dll'
        'dependencies/EventRecording.Sandbox.dll'
        'dependencies/YamlDotNet.dll'
        'en-US/EventRecording.PowerShell.dll-Help.xml'
        'en-US/about_EventRecording.help.txt'
    )

    PrivateData          = @{
        PSData = @{
            Tags         = @('Kubernetes', 'Events', 'kubectl', 'Operator', 'CustomResource', 'Recorder', 'PSEdition_Core', 'Linux', 'MacOS', 'Windows')
            LicenseUri   = 'https://www.apache.org/licenses/LICENSE-2.0'
            ProjectUri   = 'https://github.com/eventrecording/eventrecording'
            # The build puts the section of CHANGELOG.md here.
            ReleaseNotes = 'See CHANGELOG.md of the project.'
        }
    }
}
