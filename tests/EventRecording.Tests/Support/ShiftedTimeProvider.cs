namespace EventRecording.Tests.Support;

/// <summary>The system's clock, some time ahead: for what happens much later, in another process.</summary>
internal sealed class ShiftedTimeProvider(TimeSpan ahead) : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Longer waits are over at once.</summary>
    public bool SkipsLongWaits { get; init; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var hurried = SkipsLongWaits ? new HurriedTimer(timer) : timer;
        hurried.Change(dueTime, period);
        return hurried;
    }

    private sealed class HurriedTimer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime > LongestWait ? TimeSpan.Zero : dueTime, period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
