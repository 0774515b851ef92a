namespace EventRecording.PowerShell;

/// <summary>Where <c>Get-Help -Online</c> finds the pages of the cmdlets.</summary>
internal static class HelpPage
{
    public const string Root = "https://github.com/eventrecording/eventrecording/blob/main/docs/cmdlets/";
}
