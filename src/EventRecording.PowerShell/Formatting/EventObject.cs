using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Makes what the pipeline carries: the event, with what a view or a script needs beside it.</summary>
internal static class EventObject
{
    public static object Of(EventMessage message)
    {
        if (message is { Outcome: null, Change: null })
            return message.Event;
        // A copy: several occurrences that were written together share one event, and each has its own outcome.
        var shown = new PSObject(message.Event with { });
        if (message.Outcome is { } outcome)
            shown.Properties.Add(new PSNoteProperty("Outcome", outcome));
        if (message.Change is { } change)
            shown.Properties.Add(new PSNoteProperty("Change", change));
        return shown;
    }
}
