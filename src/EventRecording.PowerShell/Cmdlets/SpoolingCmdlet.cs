using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>What the cmdlets share that write: the cluster, and where is kept what cannot be written in time.</summary>
public abstract class SpoolingCmdlet : KubeEventCmdlet
{
    private const string DefaultPath = "EVENTRECORDING_SPOOL";
    private const string DefaultTimeToLive = "EVENTRECORDING_EVENT_TTL";
    private static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(7);

    private protected SpoolingCmdlet()
    {
    }

    /// <summary>Kubeconfig file; default: <c>KUBECONFIG</c>, then <c>~/.kube/config</c>, then the service account of the pod.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Kubeconfig { get; set; }

    /// <summary>Context of the kubeconfig: cluster, user and namespace; default: its current one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>Directory for what cannot be written in time; default: the environment variable <c>EVENTRECORDING_SPOOL</c>, and none without it.</summary>
    /// <remarks>What lies in it is written once, with its own times, by the next <c>Write-KubeEvent</c> or <c>Sync-KubeEvent</c> on that directory. On Linux and macOS it must be yours alone (0700) and is made so. An object that is given by its name must be looked up first: while the server is away that is an error, and nothing is kept.</remarks>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SpoolPath { get; set; }

    /// <summary>How long events live on this cluster, such as 10m; default: the environment variable <c>EVENTRECORDING_EVENT_TTL</c>, else 1 hour as the API server's own. At most 7 days.</summary>
    /// <remarks>Managed clusters let events live 5 to 180 minutes. What was sent without an answer is looked for on its event before the spool sends it again: when the event may be gone, it is reported as unknown and never sent twice. Give the server's value or less. As long remembers <c>-OnChange</c> what was recorded last, whatever is given here: that stands on the event.</remarks>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? EventTimeToLive { get; set; }

    private protected ClusterSelection Selection => Select(Kubeconfig, Context);

    private protected SpoolPlace? Spool =>
        (SpoolPath ?? Environment.GetEnvironmentVariable(DefaultPath)) is { Length: > 0 } given ? new SpoolPlace(FileSystemPath.Resolve(this, given), TimeToLive) : null;

    private TimeSpan TimeToLive
    {
        get
        {
            var variable = Environment.GetEnvironmentVariable(DefaultTimeToLive);
            var (given, name) = EventTimeToLive is { } argument ? (argument, "-EventTimeToLive")
                : string.IsNullOrEmpty(variable) ? (SpoolPlace.UsualTimeToLive, "")
                : (Instant.ReadDuration(variable), $"The environment variable {DefaultTimeToLive}");
            return given > TimeSpan.Zero && given <= LongestTimeToLive
                ? given
                : throw new ArgumentException($"{name} is {given}: more than zero, and at most {LongestTimeToLive.TotalDays:0} days.");
        }
    }

    private protected override IReadOnlyList<Lease<ClusterSession>> Lease()
    {
        var (sessions, selection, spool) = (ModuleState.Current.Sessions, Selection, Spool);
        return Lease(() => [sessions.Lease(selection, spool)]);
    }
}
