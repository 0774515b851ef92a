namespace EventRecording.Tests.Support;

/// <summary>A clock for code that waits between tries: short waits are over at once, and time has passed by as much. Longer timers stay.</summary>
internal sealed class WaitlessTimeProvider : FakeTimeProvider
{
    private static readonly TimeSpan LongestSkipped = TimeSpan.FromMinutes(2);

    /// <summary>The waits that were skipped.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>Leaves the two seconds within which a watch must be open: servers behind sockets answer in real time.</summary>
    public bool WatchesOpenInTime { get; init; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime < TimeSpan.Zero || dueTime > LongestSkipped || (WatchesOpenInTime && dueTime == TimeSpan.FromSeconds(2)))
            return timer;
        Waits.Add(dueTime);
        Advance(dueTime);
        return timer;
    }
}
