namespace EventRecording.Correlation;

/// <summary>What tells one series from another, compared field by field.</summary>
internal readonly struct SeriesKey(
    EventSource source, ObjectReference regarding, string type, string reason, string message, string? action, ObjectReference? related, bool combined = false)
{
    public EventSource Source { get; } = source;

    public ObjectReference Regarding { get; } = regarding;

    public string Type { get; } = type;

    public string Reason { get; } = reason;

    /// <summary>The message as recorded, before it is cut for the API; empty in the series of similar events.</summary>
    public string Message { get; } = message;

    public string? Action { get; } = action;

    public ObjectReference? Related { get; } = related;

    /// <summary>The series of similar events, whose message changes.</summary>
    public bool Combined { get; } = combined;

    /// <summary>The key of the series that takes what is similar to this one.</summary>
    public SeriesKey AsCombined() => new(Source, Regarding, Type, Reason, "", Action, Related, combined: true);
}
