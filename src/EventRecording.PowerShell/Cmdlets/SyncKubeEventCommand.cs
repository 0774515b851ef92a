using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Waits until what was handed over with <c>Write-KubeEvent -NoWait</c> is on the server, and sends what is in the spool.</summary>
[Cmdlet(VerbsData.Sync, "KubeEvent")]
[OutputType(typeof(EventSyncResult))]
public sealed class SyncKubeEventCommand : SpoolingCmdlet
{
    /// <summary>How long to wait, in seconds; default: until everything has an outcome, which the timeout of each write ensures.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    /// <summary>Gives an object with the numbers of events written, pending, spooled and failed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    // What was handed over may have been so with another spool, or none.
    private protected override IReadOnlyList<SessionLease> Lease(ClusterSelection selection) => ModuleSessions.Current.LeaseAll(selection, SpoolDirectory);

    private protected override void End()
    {
        var syncing = new EventSyncing([.. Sessions], Pump);
        var timeout = TimeoutSec is { } seconds ? TimeSpan.FromSeconds(seconds) : default(TimeSpan?);
        bool passThru = PassThru;
        Run(Task.Run(() => syncing.RunAsync(timeout, passThru, StopToken)));
    }
}
