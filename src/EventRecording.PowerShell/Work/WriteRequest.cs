namespace EventRecording.PowerShell;

/// <summary>What <c>Write-KubeEvent</c> is to record on each object.</summary>
internal sealed record WriteRequest
{
    public required string Reason { get; init; }

    public required string Message { get; init; }

    public string Type { get; init; } = EventType.Normal;

    public string? Action { get; init; }

    public ObjectTarget? Related { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public required EventReporter Source { get; init; }

    public string? Instance { get; init; }

    public string? FieldPath { get; init; }

    public DateTimeOffset? FirstTimestamp { get; init; }

    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Records only if it differs from the last one recorded so.</summary>
    public string? OnChange { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Namespace of objects that do not say theirs; <see langword="null"/> for that of the context.</summary>
    public string? Namespace { get; init; }

    public Occurrence On(ObjectReference regarding, ObjectReference? related) => new()
    {
        Regarding = regarding with { FieldPath = FieldPath ?? regarding.FieldPath },
        Type = Type,
        Reason = Reason,
        Message = Message,
        Action = Action,
        Related = related,
        Annotations = Annotations,
        Labels = Labels,
        ReportingInstance = Instance,
        FirstTimestamp = FirstTimestamp,
        Timestamp = Timestamp,
        WriteDeadline = Timeout,
        OnChange = OnChange,
    };
}
