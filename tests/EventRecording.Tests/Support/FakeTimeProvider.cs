namespace EventRecording.Tests.Support;

/// <summary>Time that goes on only when a test says so. Timers fire in <see cref="Advance"/>, in the order of their times, on the caller's thread.</summary>
internal class FakeTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private readonly object _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = start ?? new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => Zone;

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Requests are over before anybody looks at their time: the timers of cancellations are never due.</summary>
    public bool RequestsTakeNoTime { get; set; }

    /// <summary>How many timers are set.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_lock)
                return _timers.Count(timer => timer.Due is not null);
        }
    }

    /// <summary>Whether a timer is set for this very time.</summary>
    public bool IsDue(DateTimeOffset at)
    {
        lock (_lock)
            return _timers.Exists(timer => timer.Due == at);
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (RequestsTakeNoTime && state is CancellationTokenSource)
            return new TimerThatIsNeverDue();
        var timer = new FakeTimer(this, () => callback(state));
        lock (_lock)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass, and fires what falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (NextDue(end) is { } timer)
            timer.Fire();
        lock (_lock)
            _now = end > _now ? end : _now;
    }

    /// <summary>Lets time pass up to the next timer, and fires it.</summary>
    /// <returns><see langword="false"/> if none is set within the given time; then none passes.</returns>
    public bool AdvanceToNextTimer(TimeSpan within)
    {
        TimeSpan wait;
        lock (_lock)
        {
            if (_timers.Min(timer => timer.Due) is not { } due || due - _now > within)
                return false;
            wait = due > _now ? due - _now : TimeSpan.Zero;
        }

        Advance(wait);
        return true;
    }

    private FakeTimer? NextDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next?.Due is { } due && due > _now)
                _now = due;
            next?.Schedule();
            return next;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider time, Action callback) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                return time._timers.Contains(this);
            }
        }

        public void Schedule() => Due = _period > TimeSpan.Zero ? Due + _period : null;

        public void Fire() => callback();

        public void Dispose()
        {
            lock (time._lock)
            {
                Due = null;
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class TimerThatIsNeverDue : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
