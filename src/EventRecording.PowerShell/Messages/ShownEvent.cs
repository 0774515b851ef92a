namespace EventRecording.PowerShell;

/// <summary>What an event has in the pipeline beside its own: the type names that the format file chooses a table by, and properties, whose names scripts know.</summary>
internal static class ShownEvent
{
    public const string Default = "EventRecording.KubeEvent";

    /// <summary>What follows the default in the name of another table.</summary>
    public const string Namespaced = "#Namespaced";
    public const string Contexts = "#Contexts";
    public const string Related = "#Related";

    /// <summary>Before those of several contexts or namespaces in a broad window, which have room for their names, and in one that is broader still.</summary>
    public const string Broad = "#Broad";
    public const string Broadest = "#Broadest";

    /// <summary>That for a narrow window, before the type of any other table.</summary>
    public const string OfNarrow = Default + "#Narrow";

    /// <summary>What became of the occurrence that was recorded.</summary>
    public const string Outcome = "Outcome";

    /// <summary>What happened to the event, where deleted ones are among them.</summary>
    public const string Change = "Change";

    /// <summary>How many occurrences it stands for, where a thing is told once.</summary>
    public const string SinceLast = "SinceLast";

    /// <summary>The point in time that the ages of an event of <c>Import-KubeEvent -AsOf</c> are shown as of.</summary>
    public const string AsOf = "AsOf";

    /// <summary>What its object is to the one that was asked about.</summary>
    public const string Relation = "Relation";
}
