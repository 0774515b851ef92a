namespace EventRecording.PowerShell;

/// <summary>Which events <c>Get-KubeEvent</c> and <c>Watch-KubeEvent</c> are asked for.</summary>
internal sealed record EventFilter
{
    /// <summary>The objects that the events are about; empty for any.</summary>
    public IReadOnlyList<ObjectTarget> For { get; init; } = [];

    /// <summary>The events of everything that the objects own, too.</summary>
    public bool IncludeOwned { get; init; }

    /// <summary>Namespaces, with wildcards; empty for where the objects are, else that of the context.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public bool AllNamespaces { get; init; }

    public IReadOnlyList<string> Types { get; init; } = [];

    public IReadOnlyList<string> Reasons { get; init; } = [];

    public IReadOnlyList<string> Sources { get; init; } = [];

    public EventExclusion Exclude { get; init; } = new();

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? FieldSelector { get; init; }

    public string? LabelSelector { get; init; }

    public int? First { get; init; }

    /// <summary>Whether events of several namespaces can come, so that each should show its own.</summary>
    public bool SpansNamespaces => IsEverywhere || Namespaces.Count > 1 || Namespaces.Any(it => it.AsSpan().IndexOfAny("*?[`") >= 0);

    /// <summary>Whether the events of all namespaces are meant: whoever names what is not wanted wants all else.</summary>
    public bool IsEverywhere => AllNamespaces || (Exclude.Namespaces.Count > 0 && Namespaces.Count == 0 && For.Count == 0);

    /// <summary>What the events of these sessions can differ in.</summary>
    public EventSpan SpanOf(IReadOnlyCollection<ClusterSession> sessions) =>
        (sessions.Count > 1 ? EventSpan.Contexts : EventSpan.None)
        | (SpansNamespaces || (Namespaces.Count == 0 && sessions.Select(session => session.Namespace).Distinct().Count() > 1) ? EventSpan.Namespaces : EventSpan.None);
}
