namespace EventRecording;

/// <summary>Ends each request of one worker at the write's deadline, or when its own time is over, and all of them at disposal.</summary>
internal sealed class RequestCancellation(TimeSpan? timeout, TimeProvider time, Action countRequest) : IDisposable
{
    // The last try is made at the deadline itself.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private readonly object _lock = new();
    private CancellationTokenSource _cancellation = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>The broadcaster is being disposed: what runs is given up.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>Counts a request and starts its time.</summary>
    public CancellationToken Begin(TimeSpan untilDeadline)
    {
        countRequest();
        lock (_lock)
        {
            if (!IsAborted && !_cancellation.TryReset())
            {
                _cancellation.Dispose();
                _cancellation = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            }

            _cancellation.CancelAfter(timeout ?? (untilDeadline > Shortest ? untilDeadline : Shortest));
            return _cancellation.Token;
        }
    }

    /// <summary>Stops the time of the last request.</summary>
    public void End()
    {
        lock (_lock)
            _cancellation.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    public void Abort()
    {
        lock (_lock)
        {
            IsAborted = true;
            _cancellation.Cancel();
        }
    }

    public void Dispose() => _cancellation.Dispose();
}
