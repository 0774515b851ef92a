using System.Management.Automation;
using System.Management.Automation.Host;

namespace EventRecording.PowerShell;

/// <summary>Makes what the pipeline carries: the event, with what a view or a script needs beside it.</summary>
internal sealed class EventObjects
{
    private readonly int? _width;

    private EventObjects(int? width) => _width = width;

    /// <summary>As the window of the host needs them; a file or the log of a job is none.</summary>
    public static EventObjects For(PSHost host)
    {
        try
        {
            return new EventObjects(Console.IsOutputRedirected ? null : host.UI?.RawUI?.WindowSize.Width);
        }
#pragma warning disable CA1031 // Hosts without a window throw whatever they like.
        catch (Exception)
#pragma warning restore CA1031
        {
            return new EventObjects(width: null);
        }
    }

    public object Of(EventMessage message)
    {
        if (message is { Outcome: null, Change: null, SinceLast: null })
            return Of(message.Event, message.Span);
        // A copy: several occurrences that were written together share one event, and each has its own outcome.
        var shown = Spanning(message.Event with { }, message.Span);
        if (message.Outcome is { } outcome)
            shown.Properties.Add(new PSNoteProperty(ShownEvent.Outcome, outcome));
        if (message.Change is { } change)
            shown.Properties.Add(new PSNoteProperty(ShownEvent.Change, change));
        if (message.SinceLast is { } sinceLast)
            shown.Properties.Add(new PSNoteProperty(ShownEvent.SinceLast, sinceLast));
        return shown;
    }

    public object Of(KubeEvent item, EventSpan span = EventSpan.None) => span == EventSpan.None && !ShownTable.IsNarrow(_width) ? item : Spanning(item, span);

    /// <summary>The event with what its object is to the one that was asked about.</summary>
    public object Related(RelatedEventMessage message)
    {
        var shown = message.Span == EventSpan.None ? Shown(message.Event, ShownEvent.Related) : Spanning(message.Event, message.Span);
        shown.Properties.Add(new PSNoteProperty(ShownEvent.Relation, message.Relation));
        return shown;
    }

    /// <summary>The event with the point in time that its ages are shown as of.</summary>
    public object AsOf(KubeEvent item, DateTimeOffset instant)
    {
        var shown = Shown(item, table: null);
        shown.Properties.Add(new PSNoteProperty(ShownEvent.AsOf, instant));
        return shown;
    }

    private PSObject Spanning(KubeEvent item, EventSpan span) => Shown(item, span switch
    {
        EventSpan.None => null,
        EventSpan.Namespaces => ShownEvent.Namespaced,
        EventSpan.Contexts => ShownEvent.Contexts,
        _ => ShownEvent.Contexts + ShownEvent.Namespaced,
    });

    private PSObject Shown(KubeEvent item, string? table)
    {
        var shown = new PSObject(item);
        ShownTable.Choose(shown, table, _width);
        return shown;
    }
}
