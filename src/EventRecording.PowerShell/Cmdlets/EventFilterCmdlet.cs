using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>The filters of all cmdlets that read events, from wherever.</summary>
public abstract class EventFilterCmdlet : KubeEventCmdlet
{
    private protected EventFilterCmdlet()
    {
    }

    /// <summary>Namespaces, with wildcards; default: that of the objects, else that of the context; of files: all.</summary>
    /// <remarks>Of a cluster, one of several that the role may not read is an error with its name as target, and the others go on. Wildcards need the right to read all namespaces.</remarks>
    [Parameter]
    [Alias("n")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Namespace { get; set; } = [];

    /// <summary>Types: Normal, Warning, or what other writers made up.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TypeCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Type { get; set; } = [];

    /// <summary>Reasons, such as <c>BackupFailed</c> or <c>*Failed</c>.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ReasonCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Reason { get; set; } = [];

    /// <summary>Who wrote the events, such as <c>kubelet</c>: column From of <c>kubectl describe</c>.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SourceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Source { get; set; } = [];

    /// <summary>Reasons that are not wanted, such as <c>Pulled, Scheduled</c> or <c>Leader*</c>.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ReasonCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ExcludeReason { get; set; } = [];

    /// <summary>Writers whose events are not wanted, such as <c>default-scheduler</c>.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SourceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ExcludeSource { get; set; } = [];

    /// <summary>Namespaces that are not wanted, such as <c>kube-*</c>; where neither <c>-Namespace</c> nor objects are given, all others are read.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ExcludeNamespace { get; set; } = [];

    /// <summary>Objects whose events are not wanted, as <c>kind/name</c> with wildcards in both: <c>pod/web-*</c>, <c>node/*</c>, <c>*/test-*</c>.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ObjectCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ExcludeObject { get; set; } = [];

    private protected EventExclusion Exclusion => new() { Reasons = ExcludeReason, Sources = ExcludeSource, Namespaces = ExcludeNamespace, Objects = ExcludeObject };
}
