using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Makes what the pipeline carries: the event, with what a view or a script needs beside it.</summary>
internal static class EventObject
{
    private const string Relation = "Relation";

    // The table of this type has the relation in it.
    private const string OfRelation = "EventRecording.KubeEvent#Related";

    public static object Of(EventMessage message)
    {
        if (message is { Outcome: null, Change: null, SinceLast: null })
            return Of(message.Event, message.Span);
        // A copy: several occurrences that were written together share one event, and each has its own outcome.
        var shown = Spanning(message.Event with { }, message.Span);
        if (message.Outcome is { } outcome)
            shown.Properties.Add(new PSNoteProperty(nameof(message.Outcome), outcome));
        if (message.Change is { } change)
            shown.Properties.Add(new PSNoteProperty(nameof(message.Change), change));
        if (message.SinceLast is { } sinceLast)
            shown.Properties.Add(new PSNoteProperty(nameof(message.SinceLast), sinceLast));
        return shown;
    }

    public static object Of(KubeEvent item, EventSpan span) => span == EventSpan.None ? item : Spanning(item, span);

    /// <summary>The event with what its object is to the one that was asked about.</summary>
    public static object Related(RelatedEventMessage message)
    {
        var shown = Spanning(message.Event, message.Span);
        if (message.Span == EventSpan.None)
            shown.TypeNames.Insert(0, OfRelation);
        shown.Properties.Add(new PSNoteProperty(Relation, message.Relation));
        return shown;
    }

    /// <summary>What <see cref="Related"/> said of the event; <see langword="null"/> of any other.</summary>
    public static string? RelationOf(KubeEvent item) => PSObject.AsPSObject(item).Properties[Relation]?.Value as string;

    /// <summary>The event with the point in time that its ages are shown as of.</summary>
    public static object AsOf(KubeEvent item, DateTimeOffset instant)
    {
        var shown = new PSObject(item);
        shown.Properties.Add(new PSNoteProperty(SerializedEvent.AsOf, instant));
        return shown;
    }

    // The tables of these types begin with the context, the namespace, or both.
    private static PSObject Spanning(KubeEvent item, EventSpan span)
    {
        var shown = new PSObject(item);
        if (span.HasFlag(EventSpan.Contexts))
            shown.TypeNames.Insert(0, span.HasFlag(EventSpan.Namespaces) ? "EventRecording.KubeEvent#Contexts#Namespaced" : "EventRecording.KubeEvent#Contexts");
        else if (span.HasFlag(EventSpan.Namespaces))
            shown.TypeNames.Insert(0, "EventRecording.KubeEvent#Namespaced");
        return shown;
    }
}
