using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Makes what the pipeline carries: the event, with what a view or a script needs beside it.</summary>
internal static class EventObject
{
    private const string Relation = "Relation";
    private const string Outcome = "Outcome";
    private const string Change = "Change";
    private const string Instant = "AsOf";
    private const string Serialized = "Deserialized.";
    private const string SerializedView = Serialized + "EventRecording.KubeEvent#";

    // The table of this type has the relation in it.
    private const string OfRelation = "EventRecording.KubeEvent#Related";

    public static object Of(EventMessage message)
    {
        if (message is { Outcome: null, Change: null, SinceLast: null })
            return Of(message.Event, message.Span);
        // A copy: several occurrences that were written together share one event, and each has its own outcome.
        var shown = Spanning(message.Event with { }, message.Span);
        if (message.Outcome is { } outcome)
            shown.Properties.Add(new PSNoteProperty(Outcome, outcome));
        if (message.Change is { } change)
            shown.Properties.Add(new PSNoteProperty(Change, change));
        if (message.SinceLast is { } sinceLast)
            shown.Properties.Add(new PSNoteProperty("SinceLast", sinceLast));
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

    /// <summary>The event that PowerShell took apart for another process or a file, to be shown as it was; <see langword="null"/> if the object is none.</summary>
    public static PSObject? FromSerialized(object source)
    {
        if (SerializedEvent.TryRead(PlainJson.Write(source)) is not { } item)
            return null;
        var (shown, given) = (new PSObject(item), PSObject.AsPSObject(source));
        foreach (var view in given.TypeNames.Where(name => name.StartsWith(SerializedView, StringComparison.Ordinal)).Reverse())
            shown.TypeNames.Insert(0, view[Serialized.Length..]);
        foreach (var beside in given.Properties.Where(property => item.GetType().GetProperty(property.Name) is null))
            shown.Properties.Add(new PSNoteProperty(beside.Name, Restored(beside.Name, beside.Value)));
        return shown;
    }

    private static object? Restored(string name, object? value) => name switch
    {
        Outcome when Enum.TryParse<EventOutcomeKind>(value?.ToString(), out var outcome) => outcome,
        Change when Enum.TryParse<EventChange>(value?.ToString(), out var change) => change,
        Instant when SerializedEvent.Time(PlainJson.Write(value!)) is { } time => time,
        _ => value,
    };

    /// <summary>The event with the point in time that its ages are shown as of.</summary>
    public static object AsOf(KubeEvent item, DateTimeOffset instant)
    {
        var shown = new PSObject(item);
        shown.Properties.Add(new PSNoteProperty(Instant, instant));
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
