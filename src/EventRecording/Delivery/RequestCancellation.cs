namespace EventRecording;

/// <summary>Ends each request of one worker at the write's deadline, or when its own time is over, and all of them at disposal.</summary>
internal sealed class RequestCancellation(TimeSpan? timeout, TimeProvider time, Action countRequest) : IDisposable
{
    // The last try is made at the deadline itself. Less would not let a healthy server answer, and make the fate of what was sent uncertain.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private CancellationTokenSource _cancellation = new(Timeout.InfiniteTimeSpan, time);
    private LinkedListNode<RequestCancellation>? _place;
    private bool _isCancelled;

    /// <summary>When the write that this worker has now was started.</summary>
    public DateTime Started { get; private set; }

    /// <summary>Requests that this write has sent.</summary>
    public int Requests { get; private set; }

    /// <summary>It was started where there was no room for others.</summary>
    public bool IsBeside { get; private set; }

    /// <summary>Among those that run.</summary>
    public LinkedListNode<RequestCancellation> Place => _place ??= new(this);

    /// <summary>The broadcaster is being disposed: what runs is given up.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>The worker begins another write.</summary>
    public void Start(DateTime now, bool isBeside)
    {
        (Started, IsBeside, Requests) = (now, isBeside, 0);
        lock (_lock)
            _isCancelled = false;
    }

    /// <summary>Counts a request and starts its time.</summary>
    /// <exception cref="EventStoreException">It must not be sent any more: what it would write is settled already.</exception>
    public CancellationToken Begin(TimeSpan untilDeadline)
    {
        lock (_lock)
        {
            if (_isCancelled)
                throw new EventStoreException(IsAborted ? "The broadcaster was disposed." : "The process was told to end.") { WasNotSent = true };
            countRequest();
            Requests++;
            if (!_cancellation.TryReset())
            {
                _cancellation.Dispose();
                _cancellation = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            }

            var left = untilDeadline > Shortest ? untilDeadline : Shortest;
            _cancellation.CancelAfter(timeout < left ? timeout.Value : left);
            return _cancellation.Token;
        }
    }

    /// <summary>Stops the time of the last request.</summary>
    public void End()
    {
        lock (_lock)
            _cancellation.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>As <see cref="Cancel"/>, for good.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            IsAborted = true;
            Cancel();
        }
    }

    /// <summary>Ends the request that runs, and those that the same write would send after it.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            _isCancelled = true;
            try
            {
                _cancellation.Cancel();
            }
#pragma warning disable CA1031 // What a sink does when it is cancelled, and a timer of the caller's clock when it is disposed, is their own trouble.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    public void Dispose() => _cancellation.Dispose();
}
