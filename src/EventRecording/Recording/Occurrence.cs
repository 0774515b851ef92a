namespace EventRecording;

/// <summary>One thing that happened to one object, with all that can be said of it.</summary>
/// <remarks>
/// Occurrences with the same source, object, type, reason, message, action and related object are one series: one event with a count.
/// With <see cref="OnChange"/>, type and message do not matter for that.
/// </remarks>
public sealed record Occurrence
{
    /// <summary>The object that it happened to; needs apiVersion, kind and name.</summary>
    public required ObjectReference Regarding { get; init; }

    /// <summary>Normal or Warning. Column TYPE of kubectl.</summary>
    /// <value>Default: Normal.</value>
    public string Type { get; init; } = EventType.Normal;

    /// <summary>Why, in one UpperCamelCase word. Column REASON of kubectl. At most 128 bytes of UTF-8 in events.k8s.io/v1.</summary>
    public required string Reason { get; init; }

    /// <summary>What happened, for people. Column MESSAGE of kubectl. A text that is too long for the API is cut and says so.</summary>
    public string Message { get; init; } = "";

    /// <summary>What was done, a word for machines; events.k8s.io/v1 requires it.</summary>
    /// <value>Default: the reason, where the API requires an action.</value>
    public string? Action { get; init; }

    /// <summary>A second object that has to do with it.</summary>
    public ObjectReference? Related { get; init; }

    /// <summary>Annotations to set on the event; the latest write of a series wins.</summary>
    /// <remarks>A key has at most 63 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, after a DNS name and <c>/</c> if any; a value is any text. At most 262,144 bytes, keys and values together. The server refuses others.</remarks>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Labels to set on the event; the latest write of a series wins.</summary>
    /// <remarks>Keys as those of annotations; a value is empty or has at most 63 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, a letter or digit first and last. The server refuses others.</remarks>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Which of several replicas recorded it.</summary>
    /// <value>Default: <see cref="EventBroadcasterOptions.ReportingInstance"/>.</value>
    public string? ReportingInstance { get; init; }

    /// <summary>When it first happened.</summary>
    /// <value>Default: <see cref="Timestamp"/>.</value>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When it happened.</summary>
    /// <value>Default: now.</value>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Records only if this value differs from the last one that was recorded so, by any process, on the same object with the same reason, source, action and related object.</summary>
    /// <remarks>
    /// There is one event for all values, through core/v1 (events.k8s.io/v1 never changes a note): it shows the type and the message of the latest change and counts the changes.
    /// It holds a hash of the value, so that the memory lasts as long as the event does: the server's time to live after the last change, an hour by default.
    /// A short value can be guessed by its hash: no secrets. Where nothing changed, one small request asks the server whether that is still so, beside the rate limit; what was seen within the last second is not asked for again.
    /// Needs the verbs create and patch. Is never combined and never spooled: a value that comes late would hide a newer one.
    /// </remarks>
    /// <value>Default: none, each occurrence is recorded. Any text of any length, the empty one included.</value>
    public string? OnChange { get; init; }

    /// <summary>How long the write may be tried, counted from its first try; time held by the rate limit does not count.</summary>
    /// <value>Default: <see cref="EventBroadcasterOptions.WriteDeadline"/>; at most 10 minutes.</value>
    public TimeSpan? WriteDeadline { get; init; }
}
