using System.Threading.Channels;

namespace EventRecording;

/// <summary>What was accepted and the loop has not taken yet: a bounded queue; where that is full, what repeats is counted, as many different ones as the queue has room for.</summary>
/// <remarks>Any thread adds; the loop alone takes.</remarks>
internal sealed class Intake(int capacity)
{
    private readonly Channel<AcceptedOccurrence> _queue = Channel.CreateBounded<AcceptedOccurrence>(new BoundedChannelOptions(capacity) { SingleReader = true });
    private readonly Queue<RepeatedOccurrence> _taken = new();
    private readonly object _lock = new();
    private KeyIndex<RepeatedOccurrence> _repeats = new(KeyScope.Whole);
    private TaskCompletionSource? _repeatsTaken;
    private AcceptedOccurrence _next;
    private bool _hasNext;
    private bool _isComplete;
    private long _counted;

    // What comes later stays behind them: of annotations and messages the latest counts.
    private volatile bool _hasRepeats;

    /// <summary>The first one, if <see cref="HasNext"/> said so.</summary>
    public ref readonly AcceptedOccurrence Next => ref _next;

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty => !_hasNext && _taken.Count == 0 && !_hasRepeats && !_queue.Reader.TryPeek(out _);

    /// <summary>Occurrences that wait one by one.</summary>
    public int Singles => _queue.Reader.Count + (_hasNext && _next.Repeats is null ? 1 : 0);

    public bool TryAdd(in AcceptedOccurrence occurrence)
    {
        // Whether a value is a change depends on those before it, so none is counted; beside others its order does not matter.
        if (occurrence.Details?.OnChange is not null)
            return _queue.Writer.TryWrite(occurrence);
        return (!_hasRepeats && _queue.Writer.TryWrite(occurrence)) || (occurrence.Listener is null && TryCount(occurrence));
    }

    /// <returns><see langword="false"/> if there never will be any.</returns>
    public async ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        if (RepeatsTaken() is not { } taken)
            return await _queue.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
        await taken.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes nothing more.</summary>
    public void Complete()
    {
        _queue.Writer.TryComplete();
        lock (_lock)
        {
            _isComplete = true;
            _repeatsTaken?.TrySetResult();
        }
    }

    /// <summary>Looks for the first one, which stays where it is until <see cref="Advance"/>.</summary>
    public bool HasNext()
    {
        if (_hasNext)
            return true;
        if (_taken.Count == 0 && !_queue.Reader.TryRead(out _next) && !TakeRepeats())
            return false;
        if (_taken.TryDequeue(out var repeated))
            _next = repeated.ToAccepted();
        return _hasNext = true;
    }

    public void Advance() => _hasNext = false;

    /// <summary>Lets a flush wait for what is counted here.</summary>
    public void CoverRepeats(Flush flush)
    {
        if (_hasNext && _next.Repeats is { } next)
            flush.Cover(ref next.Batch, next.Batch.Count);
        foreach (var repeated in _taken)
            flush.Cover(ref repeated.Batch, repeated.Batch.Count);
        lock (_lock)
        {
            foreach (var repeated in _repeats.All)
                flush.Cover(ref repeated.Batch, repeated.Batch.Count);
        }
    }

    private bool TryCount(in AcceptedOccurrence occurrence)
    {
        lock (_lock)
        {
            if (_isComplete)
                return false;
            if (_repeats.Find(occurrence.Key) is not { } repeated)
            {
                if (_repeats.Count >= capacity)
                    return false;
                _repeats.Add(repeated = new RepeatedOccurrence(occurrence.Key));
                _hasRepeats = true;
            }

            if (repeated.Batch.Count == int.MaxValue)
                return false;
            repeated.Batch.Add(occurrence);
            repeated.LatestNumber = ++_counted;
            return true;
        }
    }

    private Task? RepeatsTaken()
    {
        lock (_lock)
            return _hasRepeats && !_isComplete ? (_repeatsTaken ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : null;
    }

    private bool TakeRepeats()
    {
        if (!_hasRepeats)
            return false;
        var repeats = _repeats;
        lock (_lock)
        {
            _repeats = new(KeyScope.Whole);
            _hasRepeats = false;
            _repeatsTaken?.TrySetResult();
            _repeatsTaken = null;
        }

        foreach (var repeated in repeats.All.OrderBy(repeated => repeated.LatestNumber))
            _taken.Enqueue(repeated);
        return true;
    }
}
