using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>The filters that <c>Get-KubeEvent</c> and <c>Watch-KubeEvent</c> share.</summary>
public abstract class EventFilterCmdlet : KubeEventCmdlet
{
    private readonly List<ObjectTarget> _targets = [];

    private protected EventFilterCmdlet()
    {
    }

    /// <summary>The objects that the events are about: objects, or <c>kind/name</c>.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public PSObject[] For { get; set; } = [];

    /// <summary>The events of everything that the objects own, too, to any depth; of what is there now.</summary>
    [Parameter]
    public SwitchParameter IncludeOwned { get; set; }

    /// <summary>Namespaces, with wildcards; default: that of the objects, else that of the context.</summary>
    [Parameter]
    [Alias("n")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Namespace { get; set; } = [];

    /// <summary>All namespaces.</summary>
    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    /// <summary>Types, such as Warning, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Type { get; set; } = [];

    /// <summary>Reasons, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Reason { get; set; } = [];

    /// <summary>Who wrote the events, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Source { get; set; } = [];

    /// <summary>Events that happened then or later: a point in time, or how long ago (<c>90m</c>, <c>3d</c>, a TimeSpan).</summary>
    [Parameter]
    [InstantTransformation]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Events that happened then or earlier.</summary>
    [Parameter]
    [InstantTransformation]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Field selector, sent as it is.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FieldSelector { get; set; }

    /// <summary>Label selector, sent as it is.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LabelSelector { get; set; }

    /// <summary>How many events are wanted at most.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    private protected override void Begin()
    {
        if (AllNamespaces && Namespace.Length > 0)
            throw new ArgumentException("-Namespace and -AllNamespaces exclude each other.");
    }

    private protected override void Process()
    {
        foreach (var given in For)
            _targets.AddRange(PowerShellObjects.Targets(given));
    }

    private protected override void End()
    {
        // An empty pipeline asks for the events of no object, not for all events.
        if (MyInvocation.ExpectingInput && _targets.Count == 0)
            return;
        if (IncludeOwned && _targets.Count == 0)
            throw new ArgumentException("-IncludeOwned needs the objects whose events are wanted: give them with -For or in the pipeline.");
        Run(RunAsync(new EventFilter
        {
            For = _targets,
            IncludeOwned = IncludeOwned,
            Namespaces = Namespace,
            AllNamespaces = AllNamespaces,
            Types = Type,
            Reasons = Reason,
            Sources = Source,
            Since = Since,
            Until = Until,
            FieldSelector = FieldSelector,
            LabelSelector = LabelSelector,
            First = First,
        }));
    }

    private protected abstract Task RunAsync(EventFilter filter);
}
