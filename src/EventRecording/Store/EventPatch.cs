namespace EventRecording;

/// <summary>A merge patch of an event (RFC 7386): what is <see langword="null"/> here stays as it is.</summary>
public sealed record EventPatch
{
    /// <summary>The group through which the patch goes: a series never changes its group.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Namespace of the event.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the event.</summary>
    public required string Name { get; init; }

    /// <summary>The version that the event must have; another one answers 409.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>New <c>count</c> (core/v1).</summary>
    public int? Count { get; init; }

    /// <summary>New <c>firstTimestamp</c> (core/v1).</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>New <c>lastTimestamp</c> (core/v1).</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>New <c>type</c> (core/v1).</summary>
    public string? Type { get; init; }

    /// <summary>New <c>message</c> (core/v1); events.k8s.io/v1 keeps the first note.</summary>
    public string? Message { get; init; }

    /// <summary>New <c>reportingInstance</c> (core/v1).</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>New <c>series</c> (events.k8s.io/v1).</summary>
    public EventSeries? Series { get; init; }

    /// <summary>Labels to set.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations to set; a value of <see langword="null"/> removes the annotation.</summary>
    public IReadOnlyDictionary<string, string?>? Annotations { get; init; }
}
