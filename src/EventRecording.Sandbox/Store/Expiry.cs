namespace EventRecording.Sandbox;

/// <summary>Deletes objects whose time is over, which is how events end.</summary>
internal sealed class Expiry : IDisposable
{
    /// <summary>Timers take no more than 49 days; whoever wakes too early waits again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly ObjectStore _store;
    private readonly TimeProvider _time;
    private readonly Queue<StoredObject> _waiting = [];
    private readonly ITimer _timer;

    public Expiry(ObjectStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
        _timer = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches over an object; all live equally long, so the oldest write is the next to end.</summary>
    public void Track(StoredObject stored)
    {
        if (stored.Expiry is not { } expiry)
            return;
        lock (_waiting)
        {
            _waiting.Enqueue(stored);
            if (_waiting.Count == 1)
                Schedule(expiry);
        }
    }

    /// <summary>Starts over with what is stored now.</summary>
    public void Reset()
    {
        lock (_waiting)
        {
            _waiting.Clear();
            foreach (var stored in _store.Current.Objects.Where(stored => stored.Expiry is not null).OrderBy(stored => stored.Expiry))
                _waiting.Enqueue(stored);
        }
        Expire();
    }

    public void Dispose() => _timer.Dispose();

    private void Expire()
    {
        lock (_waiting)
        {
            while (_waiting.TryPeek(out var next))
            {
                if (next.Expiry > _time.GetUtcNow())
                {
                    Schedule(next.Expiry.Value);
                    return;
                }
                _waiting.Dequeue();
                // Fails for an object that was written again or deleted, which is right.
                _store.TryCommit(next.Key, next, _ => null);
            }
        }
    }

    private void Schedule(DateTimeOffset expiry)
    {
        var wait = expiry - _time.GetUtcNow();
        _timer.Change(TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, LongestWait.Ticks)), Timeout.InfiniteTimeSpan);
    }
}
