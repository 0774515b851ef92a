using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Lists events, sorted by last seen.</summary>
[Cmdlet(VerbsCommon.Get, "KubeEvent")]
[OutputType(typeof(KubeEvent))]
public sealed class GetKubeEventCommand : EventFilterCmdlet
{
    /// <summary>Gives the events as the server sends them, page by page.</summary>
    [Parameter]
    public SwitchParameter Unsorted { get; set; }

    private protected override Task RunAsync(EventFilter filter)
    {
        var listing = new EventListing(Session, Pump);
        return Task.Run(() => listing.RunAsync(filter, Unsorted, StopToken));
    }
}
