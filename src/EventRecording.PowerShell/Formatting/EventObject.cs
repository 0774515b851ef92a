using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Makes what the pipeline carries: the event, with what a view or a script needs beside it.</summary>
internal static class EventObject
{
    /// <summary>Marks events of a complete list, whose table is laid out to fit; others are shown as they come.</summary>
    public const string ListedTypeName = "EventRecording.KubeEvent#Listed";

    public static object Of(EventMessage message)
    {
        if (message is { Outcome: null, IsListed: false })
            return message.Event;
        // A copy: several occurrences that were written together share one event, and each has its own outcome.
        var shown = new PSObject(message.Outcome is null ? message.Event : message.Event with { });
        if (message.Outcome is { } outcome)
            shown.Properties.Add(new PSNoteProperty("Outcome", outcome));
        if (message.IsListed)
            shown.TypeNames.Insert(0, ListedTypeName);
        return shown;
    }
}
