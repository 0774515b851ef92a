namespace EventRecording.Tests.Support;

/// <summary>A clock for code that waits between tries: short waits are over at once, and time has passed by as much. Longer timers stay.</summary>
internal sealed class WaitlessTimeProvider : FakeTimeProvider
{
    private static readonly TimeSpan LongestSkipped = TimeSpan.FromMinutes(2);

    /// <summary>The waits that were skipped.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>The two seconds within which a watch must be open pass in real time, as the answers of servers behind sockets come. A wait between tries may be as long by chance.</summary>
    public bool WatchesOpenInTime { get; init; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (WatchesOpenInTime && dueTime == TimeSpan.FromSeconds(2))
            return System.CreateTimer(callback, state, dueTime, period);
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime < TimeSpan.Zero || dueTime > LongestSkipped || (RequestsTakeNoTime && state is CancellationTokenSource))
            return timer;
        Waits.Add(dueTime);
        Advance(dueTime);
        return timer;
    }
}
