namespace EventRecording;

/// <summary>What became of an occurrence; every accepted one ends in exactly one of these.</summary>
public enum EventOutcomeKind
{
    /// <summary>It is on the server, in a new event.</summary>
    Created,

    /// <summary>It is on the server, added to the count of an event.</summary>
    Counted,

    /// <summary>Recorded on change, and the value is still that of the last time: nothing was written; <see cref="EventOutcome.Event"/> is the event of that time.</summary>
    Unchanged,

    /// <summary>The server said no, for good; <see cref="EventOutcome.Status"/> says why.</summary>
    Refused,

    /// <summary>It is not on the server and no longer tried; <see cref="EventOutcome.Error"/> is the last error.</summary>
    Failed,

    /// <summary>It was sent, no answer came, and it could not be read back before the deadline.</summary>
    Unknown,

    /// <summary>It is on disk, for a later writer.</summary>
    Spooled,
}

/// <summary>What became of an occurrence.</summary>
public sealed record EventOutcome
{
    /// <summary>The outcome.</summary>
    public required EventOutcomeKind Kind { get; init; }

    /// <summary>The event as the server has it after the write.</summary>
    /// <value><see langword="null"/> where it is not, or not surely, on the server.</value>
    public KubeEvent? Event { get; init; }

    /// <summary>It went to the series of similar events, because there were too many distinct messages with one reason for one object.</summary>
    public bool Combined { get; init; }

    /// <summary>The rate limit delayed it.</summary>
    public bool Deferred { get; init; }

    /// <summary>It lay in the spool, perhaps since another process.</summary>
    public bool WasSpooled { get; init; }

    /// <summary>How often the write was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>The last error; <see langword="null"/> for what is on the server.</summary>
    public Exception? Error { get; init; }

    /// <summary>The server's explanation, with <see cref="EventOutcomeKind.Refused"/>.</summary>
    public KubernetesStatus? Status => (Error as KubernetesApiException)?.Status;

    /// <summary>The server has what was recorded: created, counted, or unchanged since the last time.</summary>
    public bool IsOnServer => WasWritten || Kind == EventOutcomeKind.Unchanged;

    internal bool WasWritten => Kind is EventOutcomeKind.Created or EventOutcomeKind.Counted;
}
