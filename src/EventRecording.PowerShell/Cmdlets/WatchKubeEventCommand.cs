using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Gives the events that are there, then each one that is new or was counted up.</summary>
/// <remarks>
/// <para>
/// It goes on until Ctrl+C, <c>-First</c>, <c>-TimeoutSec</c>, or until a later command such as <c>Select-Object -First</c> has enough. Restarts of
/// the API server, expired versions and dead connections are bridged: nothing comes twice, and what is still there afterwards is not missed. <c>-Verbose</c> tells of them; a
/// server that is away for half a minute is a warning, and one that is away when <c>-TimeoutSec</c> is over, or does not answer within 2 seconds when it is asked then, an error (WatchTimedOut): silence means that nothing happened.
/// </para>
/// <para>
/// Single values go to the server as selectors; several values, wildcards and times are filtered here. A value without wildcards
/// is compared as it is written, one with wildcards in any case.
/// </para>
/// <para>
/// A role needs <c>list</c> and <c>watch</c> on events.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Watch-KubeEvent -For redis/my-op-redis -Reason BackupCompleted -First 1 -TimeoutSec 600
/// </code>
/// <para>Waits until a backup is done, at most 10 minutes. An event that is there already will do; add <c>-New</c> if it must come from now on. Running out of time is an error with the id WatchTimedOut.</para>
/// </example>
/// <example>
/// <code>
/// Watch-KubeEvent -AllNamespaces -Type Warning -New -TimeoutSec 30 |
///     ForEach-Object { Send-Alert "$($_.InvolvedObject): $($_.Reason) (x$($_.Count))" }
/// </code>
/// <para>Alerts for 30 seconds; without <c>-TimeoutSec</c>, until Ctrl+C. Where you add the message: it is untrusted text, escape it where it goes.</para>
/// </example>
/// <example>
/// <code>
/// Watch-KubeEvent -Source RedisOperator | Select-Object -First 3 LastSeen, Reason, Message
/// </code>
/// <para>The watch ends with the third event.</para>
/// </example>
/// <example>
/// <code>
/// Watch-KubeEvent -IncludeDeleted -TimeoutSec 5 | Format-Table Change, Reason, Message
/// </code>
/// <para>What is added, modified and deleted within 5 seconds. Events are deleted by the API server when they expire.</para>
/// </example>
/// <example>
/// <code>
/// Watch-KubeEvent -Type Warning -ExcludeNamespace kube-* -Every 15m -TimeoutSec 5 |
///     ForEach-Object { "$($_.InvolvedObject): $($_.Reason) (+$($_.SinceLast))" }
/// </code>
/// <para>An alert for each thing that goes wrong, and another one every quarter of an hour for as long as it goes on. <c>-MinCount 5</c> leaves out what happens less often.</para>
/// </example>
/// <seealso cref="GetKubeEventCommand"/>
/// <seealso cref="WriteKubeEventCommand"/>
[Cmdlet(VerbsCommon.Watch, "KubeEvent", HelpUri = HelpPage.Root + "Watch-KubeEvent.md")]
[OutputType(typeof(KubeEvent))]
public sealed class WatchKubeEventCommand : ClusterFilterCmdlet
{
    /// <summary>Skips the events that are there; one of them that is counted up later is given.</summary>
    /// <remarks>With <c>-Every</c> they are read all the same, as without <c>-New</c>, because what they count must be known: that is a list of all events. Without <c>-Every</c> only its first page is read.</remarks>
    [Parameter]
    public SwitchParameter New { get; set; }

    /// <summary>Gives deleted events, too, as far as the watch saw them; the property Change says of each event what happened, and the table marks the deleted ones.</summary>
    [Parameter]
    public SwitchParameter IncludeDeleted { get; set; }

    /// <summary>Tells of a thing once, and again after that long if it goes on, such as 15m: what happens to one object with one type, reason and source is a thing, however many events and messages tell it.</summary>
    /// <remarks>
    /// The property SinceLast says how often it happened since it was told before; the first time, how often so far. It is what the counts of its events grew by, also where a writer adds many at once, as the
    /// kubelet does with what repeats. The counts of the 65,536 events that were seen last are remembered; any other, such as one that <c>-Since</c> left out, happened once when it is counted up.
    /// </remarks>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Every { get; set; }

    /// <summary>With <c>-Every</c>: how often a thing must happen within that time to be told, the first time and again; default: 1.</summary>
    /// <remarks>What happened within a time in which it was not that often is not added to what comes later.</remarks>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MinCount { get; set; }

    /// <summary>How long to watch, in seconds; default: until Ctrl+C. With <c>-First</c>, fewer events by then are an error (WatchTimedOut), and so is a server that is away; else it is the end.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    /// <summary>How many events are wanted at most.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    private protected override bool ShowsWaiting => false;

    private protected override void Begin()
    {
        if (MinCount is not null && Every is null)
            throw new ArgumentException("-MinCount needs -Every: how often, within which time.");
        if (Every <= TimeSpan.Zero)
            throw new ArgumentException($"-Every is {Every}: give a time of more than zero, such as 15m.");
        if (Every is not null && IncludeDeleted)
            throw new ArgumentException("-Every and -IncludeDeleted exclude each other.");
    }

    private protected override Task RunAsync(EventFilter filter)
    {
        var watching = new EventWatching([.. Sessions], Pump) { IncludeDeleted = IncludeDeleted, Repeats = Every is { } every ? new EventRepeatFilter(every, MinCount ?? 1) : null };
        var timeout = Seconds(TimeoutSec);
        return Task.Run(() => watching.RunAsync(filter with { First = First }, New, timeout, StopToken));
    }
}
