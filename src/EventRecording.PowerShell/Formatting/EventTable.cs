namespace EventRecording.PowerShell;

/// <summary>The type names that the format file chooses a table by: that of the event, and what follows it.</summary>
internal static class EventTable
{
    public const string Default = "EventRecording.KubeEvent";
    public const string Namespaced = "#Namespaced";
    public const string Contexts = "#Contexts";
    public const string Related = "#Related";

    /// <summary>That for a narrow window, before the type of any other table.</summary>
    public const string OfNarrow = Default + "#Narrow";

    /// <summary>The property of an event that says what its object is to the one that was asked about.</summary>
    public const string Relation = "Relation";
}
