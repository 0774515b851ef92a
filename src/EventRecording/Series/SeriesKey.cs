namespace EventRecording;

/// <summary>What tells one series from another, compared field by field. Carries its hashes, which are asked for many times.</summary>
internal readonly struct SeriesKey
{
    public SeriesKey(
        EventReporter source, ObjectReference regarding, string type, string reason, string message, string? action, ObjectReference? related, SeriesKind kind = SeriesKind.Distinct)
    {
        Source = source;
        Regarding = regarding;
        Type = type;
        Reason = reason;
        Message = message;
        Action = action;
        Related = related;
        Kind = kind;

        // Of the fields in which keys of one process may all differ; the others are left to the comparison. What is missing compares as empty, so it must hash so.
        ObjectHash = HashCode.Combine(regarding.Name ?? "", regarding.Namespace ?? "", regarding.Uid ?? "", type, source.Component);
        SimilarHash = HashCode.Combine(ObjectHash, reason, action ?? "", related?.Name ?? "", related?.Uid ?? "");
        WholeHash = HashCode.Combine(SimilarHash, message, kind);
    }

    public EventReporter Source { get; }

    public ObjectReference Regarding { get; }

    /// <summary>Normal or Warning; empty in a series on change, whose event shows the latest.</summary>
    public string Type { get; }

    public string Reason { get; }

    /// <summary>The message as recorded, before it is cut for the API; empty where the event shows the latest of several.</summary>
    public string Message { get; }

    public string? Action { get; }

    public ObjectReference? Related { get; }

    public SeriesKind Kind { get; }

    public int ObjectHash { get; }

    public int SimilarHash { get; }

    public int WholeHash { get; }

    /// <summary>The key of the series that takes what is similar to this one.</summary>
    public SeriesKey AsCombined() => new(Source, Regarding, Type, Reason, "", Action, Related, SeriesKind.Combined);

    /// <summary>The key of the series that follows the value of which this one is a change.</summary>
    public SeriesKey AsOnChange() => new(Source, Regarding, "", Reason, "", Action, Related, SeriesKind.OnChange);

    /// <summary>The key as an occurrence.</summary>
    /// <param name="first">When it first happened.</param>
    /// <param name="last">When it happened.</param>
    /// <param name="details">Annotations, labels and the like; what the key says wins.</param>
    public Occurrence ToOccurrence(DateTime first, DateTime last, Occurrence? details = null) =>
        (details ?? new Occurrence { Regarding = Regarding, Reason = Reason }) with
        {
            Regarding = Regarding,
            Type = Type,
            Reason = Reason,
            Message = Message,
            Action = Action,
            Related = Related,
            FirstTimestamp = first,
            Timestamp = last,
        };
}
