namespace EventRecording.Cluster;

/// <summary>
/// The user to act as, where the real one has the right to <c>impersonate</c>: <c>as</c> of a kubeconfig, <c>--as</c> of kubectl.
/// </summary>
public sealed record Impersonation
{
    /// <summary>Name of the user.</summary>
    public required string User { get; init; }

    /// <summary>Uid of the user.</summary>
    public string? Uid { get; init; }

    /// <summary>Groups of the user.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What else is known of the user.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
