using System.Management.Automation;
using System.Runtime.ExceptionServices;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Waits until what was handed over with <c>Write-KubeEvent -NoWait</c> is on the server, and sends what is in the spool.</summary>
/// <remarks>
/// <para>
/// Call it at the end of a script that uses <c>-NoWait</c>: it reports each event that failed since the last call as an error, with the object as its target.
/// So is what failed of a <c>Write-KubeEvent</c> whose pipeline was stopped, and what runspaces left behind that have ended, such as those of <c>ForEach-Object -Parallel</c>.
/// Without <c>-Context</c> and <c>-Kubeconfig</c> it speaks for all clusters that were written to, whichever is the current one now; with one of them for that cluster and user.
/// What is reported is over; what is not, since <c>-ErrorAction Stop</c> or Ctrl+C ended the report, is reported by the next call. Ctrl+C ends the waiting, not the writing.
/// </para>
/// <para>A job of <c>Start-Job</c> is a process of its own that is ended as soon as its script is over: call this at the end of the job.</para>
/// <para>
/// With a spool (<c>-SpoolPath</c> or <c>EVENTRECORDING_SPOOL</c>) it also sends what lies there for the current cluster and user, whichever process left it, and for others that this session has written to with a spool;
/// what cannot be sent yet stays there and is a warning. Without a spool it needs no current cluster.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// kubectl get redis -o json | ConvertFrom-Json | Write-KubeEvent BackupStarted 'nightly' -NoWait
/// Sync-KubeEvent
/// </code>
/// <para>Waits until each event has its outcome. No output means that all are on the server.</para>
/// </example>
/// <example>
/// <code>
/// $result = Sync-KubeEvent -TimeoutSec 60 -PassThru -ErrorAction SilentlyContinue
/// if ($result.Failed -gt 0 -or $result.Pending -gt 0) { "not all was recorded: $result" }
/// </code>
/// <para>Decides by the numbers. What is pending goes on being tried.</para>
/// </example>
/// <example>
/// <code>
/// Write-KubeEvent BackupStarted 'nightly' -For redis/my-op-redis -NoWait -SpoolPath ~/.events
/// Sync-KubeEvent -SpoolPath ~/.events -PassThru
/// </code>
/// <para>Events survive an outage of the API server: what cannot be written in time is kept in the directory, and sent by the next call, also after a restart.</para>
/// </example>
/// <seealso cref="WriteKubeEventCommand"/>
[Cmdlet(VerbsData.Sync, "KubeEvent", HelpUri = HelpPage.Root + "Sync-KubeEvent.md")]
[OutputType(typeof(EventSyncResult))]
public sealed class SyncKubeEventCommand : SpoolingCmdlet
{
    private ClusterConfigurationException? _noCluster;

    /// <summary>How long to wait, in seconds; default: until everything has an outcome, which the timeout of each write ensures.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    /// <summary>Gives an object with the numbers of events written, pending, spooled and failed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    // What was handed over was so on the cluster that was the current one then.
    private bool IsOfAll => Kubeconfig is null && Context is null;

    // What was handed over may have been so with another spool, or none.
    private protected override IReadOnlyList<Lease<ClusterSession>> Lease()
    {
        var (sessions, selection, spool) = (ModuleState.Current.Sessions, Selection, Spool);
        if (!IsOfAll)
            return Lease(() => sessions.LeaseAll(selection, spool));
        IReadOnlyList<Lease<ClusterSession>> current = [];
        try
        {
            if (spool is not null)
                current = base.Lease();
        }
        catch (ClusterConfigurationException error)
        {
            // Told behind what became of the events on other clusters.
            _noCluster = error;
        }

        return [.. current, .. sessions.LeaseAll()];
    }

    private protected override void End()
    {
        var sessions = ModuleState.Current.Sessions;
        BackgroundWrites[] left = [.. ModuleState.Left];
        // Others may have left something on clusters that nothing here was written to.
        BackgroundWrites[] own = IsOfAll ? [.. left.Select(writes => sessions.Background(writes.Owner)).Union(sessions.Background())] : [Session.Background];
        var syncing = new EventSyncing([.. Sessions], own, Pump, left);
        var timeout = Seconds(TimeoutSec);
        bool passThru = PassThru;
        Run(Task.Run(() => syncing.RunAsync(timeout, passThru, StopToken)));
        if (_noCluster is not null)
            ExceptionDispatchInfo.Throw(_noCluster);
    }
}
