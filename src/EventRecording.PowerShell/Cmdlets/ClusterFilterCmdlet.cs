using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>What the cmdlets share that read events of a cluster.</summary>
public abstract class ClusterFilterCmdlet : EventFilterCmdlet
{
    private readonly List<ObjectTarget> _targets = [];

    private protected ClusterFilterCmdlet()
    {
    }

    /// <summary>Kubeconfig file; default: <c>KUBECONFIG</c>, then <c>~/.kube/config</c>, then the service account of the pod.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Kubeconfig { get; set; }

    /// <summary>Contexts of the kubeconfig: cluster, user and namespace; several, with wildcards, such as <c>prod-*, stage</c>; default: its current one.</summary>
    /// <remarks>Several are asked at the same time, and the table begins with the context. One that cannot be read is an error that names it, and the others go on.</remarks>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Context { get; set; } = [];

    /// <summary>The objects that the events are about: objects, or <c>kind/name</c>, <c>resource/name</c>, <c>shortname/name</c>.</summary>
    /// <remarks>With a uid only that very object is meant; a name means the object that has it, now or later while it is watched, and not one that was deleted before. An empty pipeline gives nothing.</remarks>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ObjectCompleter))]
    [ValidateNotNullOrEmpty]
    public PSObject[] For { get; set; } = [];

    /// <summary>The events of everything that the objects own, too, to any depth: of a Deployment, those of its ReplicaSets and Pods.</summary>
    /// <remarks>Of what is there now. Lists the objects of the namespace, so it takes longer; resources that the role may not list are named in a warning.</remarks>
    [Parameter]
    public SwitchParameter IncludeOwned { get; set; }

    /// <summary>All namespaces, as <c>kubectl get events -A</c>, whatever <c>-Namespace</c> says; the table begins with the namespace.</summary>
    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    /// <summary>Events last seen then or later: a point in time, or how long ago (<c>90m</c>, <c>3d</c>, a TimeSpan).</summary>
    /// <remarks>Local, unless it has an offset or ends with <c>Z</c>, and a date with its year in four digits; <c>-Verbose</c> says which instant was taken.</remarks>
    [Parameter]
    [InstantTransformation]
    [ArgumentCompleter(typeof(InstantCompleter))]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Events first seen then or earlier: a point in time, or how long ago. With <c>-Since</c>, what happened in between.</summary>
    /// <remarks>Local, unless it has an offset or ends with <c>Z</c>, and a date with its year in four digits; <c>-Verbose</c> says which instant was taken.</remarks>
    [Parameter]
    [InstantTransformation]
    [ArgumentCompleter(typeof(InstantCompleter))]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Field selector, sent as it is, such as <c>reportingComponent=kubelet</c>; the server names the fields that it knows.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FieldSelector { get; set; }

    /// <summary>Label selector for the labels of the events, not of their objects; sent as it is, such as <c>shift=night</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LabelSelector { get; set; }

    private protected override IReadOnlyList<Lease<ClusterSession>> Lease()
    {
        var (selection, sessions) = (Select(Kubeconfig, null), ModuleState.Current.Sessions);
        return Lease(() => Context.Length == 0
            ? [sessions.Lease(selection)]
            : sessions.LeaseContexts(selection, Context, (name, error) => Pump.In(name).Post(new ErrorMessage(ErrorMapper.Map(error)!))));
    }

    private protected override void Process() => _targets.AddRange(Targets(For));

    private protected override void End()
    {
        // An empty pipeline asks for the events of no object, not for all events.
        if (MyInvocation.ExpectingInput && _targets.Count == 0)
            return;
        // Why there is none was said.
        if (!Sessions.Any())
            return;
        if (IncludeOwned && _targets.Count == 0)
            throw new ArgumentException("-IncludeOwned needs the objects whose events are wanted: give them with -For or in the pipeline.");
        if (EventText.YetToCome(Since, Session.Time.GetUtcNow()) is { } warning)
            WriteWarning(warning);
        Run(RunAsync(new EventFilter
        {
            For = _targets,
            IncludeOwned = IncludeOwned,
            Namespaces = Namespace,
            AllNamespaces = AllNamespaces,
            Types = Type,
            Reasons = Reason,
            Sources = Source,
            Exclude = Exclusion,
            Since = Since,
            Until = Until,
            FieldSelector = FieldSelector,
            LabelSelector = LabelSelector,
        }));
    }

    private protected abstract Task RunAsync(EventFilter filter);
}
