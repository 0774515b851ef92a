namespace EventRecording.PowerShell;

/// <summary>The type names that the format file chooses a table by: that of the event, and what follows it.</summary>
internal static class EventTable
{
    public const string Default = "EventRecording.KubeEvent";
    public const string Namespaced = "#Namespaced";
    public const string Contexts = "#Contexts";
    public const string Related = "#Related";
    public const string Narrow = "#Narrow";
}
