namespace EventRecording.Correlation;

/// <summary>What tells one series from another, compared field by field. Carries its hashes, which are asked for many times.</summary>
internal readonly struct SeriesKey
{
    public SeriesKey(
        EventSource source, ObjectReference regarding, string type, string reason, string message, string? action, ObjectReference? related, bool combined = false)
    {
        Source = source;
        Regarding = regarding;
        Type = type;
        Reason = reason;
        Message = message;
        Action = action;
        Related = related;
        Combined = combined;

        // Of the fields in which keys of one process usually differ; the others are left to the comparison. What is missing compares as empty, so it must hash so.
        ObjectHash = HashCode.Combine(regarding.Name ?? "", regarding.Namespace ?? "", regarding.Uid ?? "", type);
        SimilarHash = HashCode.Combine(ObjectHash, reason);
        WholeHash = HashCode.Combine(SimilarHash, message, combined);
    }

    public EventSource Source { get; }

    public ObjectReference Regarding { get; }

    public string Type { get; }

    public string Reason { get; }

    /// <summary>The message as recorded, before it is cut for the API; empty in the series of similar events.</summary>
    public string Message { get; }

    public string? Action { get; }

    public ObjectReference? Related { get; }

    /// <summary>The series of similar events, whose message changes.</summary>
    public bool Combined { get; }

    public int ObjectHash { get; }

    public int SimilarHash { get; }

    public int WholeHash { get; }

    /// <summary>The key of the series that takes what is similar to this one.</summary>
    public SeriesKey AsCombined() => new(Source, Regarding, Type, Reason, "", Action, Related, combined: true);
}
