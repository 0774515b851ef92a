using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Gives the events that are there, then each one that is new or was counted up.</summary>
[Cmdlet(VerbsCommon.Watch, "KubeEvent")]
[OutputType(typeof(KubeEvent))]
public sealed class WatchKubeEventCommand : EventFilterCmdlet
{
    /// <summary>Skips the events that are there.</summary>
    [Parameter]
    public SwitchParameter New { get; set; }

    /// <summary>Gives deleted events, too, as far as the watch saw them; the property Change says of each event what happened.</summary>
    [Parameter]
    public SwitchParameter IncludeDeleted { get; set; }

    /// <summary>How long to watch, in seconds; default: until Ctrl+C.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    private protected override Task RunAsync(EventFilter filter)
    {
        var watching = new EventWatching(Session, Pump) { IncludeDeleted = IncludeDeleted };
        var timeout = TimeoutSec is { } seconds ? TimeSpan.FromSeconds(seconds) : default(TimeSpan?);
        return Task.Run(() => watching.RunAsync(filter, New, timeout, StopToken));
    }
}
