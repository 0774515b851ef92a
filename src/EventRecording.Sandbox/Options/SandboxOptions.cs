namespace EventRecording.Sandbox;

/// <summary>How a sandbox behaves.</summary>
public sealed record SandboxOptions
{
    /// <summary>Which API server to behave like.</summary>
    /// <value>Default: <see cref="KubernetesRules.Current"/>.</value>
    public KubernetesRules Rules { get; init; } = KubernetesRules.Current;

    /// <summary>Where time comes from: timestamps, expiry, timeouts of watches, delays of faults.</summary>
    /// <value>Default: the system clock.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where uids and generated names come from; give a seeded one for names that come out the same.</summary>
    public Random Random { get; init; } = new();

    /// <summary>Port of the server on the loopback address.</summary>
    /// <value>Default: 0, any free one.</value>
    public int Port { get; init; }

    /// <summary>How long an event stays after its last write.</summary>
    /// <value>Default: 1 hour; <see langword="null"/> for ever.</value>
    public TimeSpan? EventTimeToLive { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many past versions are kept at least; older ones are compacted, at the latest when there are twice as many.</summary>
    /// <value>Default: 50,000.</value>
    public int HistoryLimit { get; init; } = 50_000;

    /// <summary>What a watch from a compacted version gets.</summary>
    /// <value>Default: <see cref="CompactedWatch.ErrorFrame"/>.</value>
    public CompactedWatch CompactedWatch { get; init; }

    /// <summary>How often a watch that allows bookmarks gets one.</summary>
    /// <value>Default: <see langword="null"/>, never: events have no watch cache on a real server.</value>
    public TimeSpan? BookmarkInterval { get; init; }

    /// <summary>A deleted namespace stays in the phase Terminating until <c>FinishNamespace</c> is called.</summary>
    /// <value>Default: false, it is gone at once with all that is in it.</value>
    public bool HoldTerminatingNamespaces { get; init; }

    /// <summary>Who may do what. Without any user everybody is the administrator.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<SandboxUser> Users { get; init; } = [];

    /// <summary>How many of the latest requests <c>Requests</c> remembers; counts are exact in any case.</summary>
    /// <value>Default: 10,000.</value>
    public int RequestLogLimit { get; init; } = 10_000;
}

#pragma warning disable CA1707 // a version number
/// <summary>Which API server the sandbox behaves like, where they differ.</summary>
public enum KubernetesRules
{
    /// <summary>
    /// The newer servers: aggregated discovery, streamed lists, immutable
    /// fields of events.k8s.io/v1, warnings about unknown fields.
    /// </summary>
    Current,

    /// <summary>kube-apiserver 1.20, which has none of these.</summary>
    V1_20,
}
#pragma warning restore CA1707

/// <summary>What a watch from a compacted version gets.</summary>
public enum CompactedWatch
{
    /// <summary>200 and an ERROR frame with the code 410, as a kube-apiserver answers.</summary>
    ErrorFrame,

    /// <summary>200 and the end, without a frame, as some other servers answer.</summary>
    Close,
}
