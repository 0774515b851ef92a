using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>The filters of all cmdlets that read events, from wherever.</summary>
public abstract class EventFilterCmdlet : KubeEventCmdlet
{
    private protected EventFilterCmdlet()
    {
    }

    /// <summary>Namespaces, with wildcards; default: that of the objects, else that of the context; of files: all.</summary>
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
}
