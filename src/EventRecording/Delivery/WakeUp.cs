using System.Threading.Tasks.Sources;

namespace EventRecording;

/// <summary>Lets one loop sleep until anybody wakes it: one hand-over to another thread, and none while the loop is awake.</summary>
internal sealed class WakeUp : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _sleeps;

    /// <summary>Wakes the loop, after what it will look for was put where it looks.</summary>
    public void Wake()
    {
        // Either this sees that the loop sleeps, or the loop sees what there is to do.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeps) == 1 && Interlocked.Exchange(ref _sleeps, 0) == 1)
            _source.SetResult(true);
    }

    /// <summary>Sleeps, unless there is something to do already.</summary>
    /// <param name="hasWork">Looked at once more after whoever comes would wake the loop.</param>
    public ValueTask WaitAsync(Func<bool> hasWork)
    {
        _source.Reset();
        Interlocked.Exchange(ref _sleeps, 1);
        return hasWork() && Interlocked.Exchange(ref _sleeps, 0) == 1 ? default : new ValueTask(this, _source.Version);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
