namespace EventRecording;

/// <summary>What was accepted and the loop has not taken yet: a bounded queue; where that is full, what repeats is counted, as many different ones as the queue has room for.</summary>
/// <remarks>Any thread adds; the loop alone takes.</remarks>
internal sealed class Intake(int capacity)
{
    private readonly object _lock = new();

    // No channel: for a struct, the runtime compiles thirty methods of it on the way to the first event.
    private readonly Queue<AcceptedOccurrence> _singles = new();
    private readonly Queue<RepeatedOccurrence> _taken = new();
    private KeyIndex<RepeatedOccurrence> _repeats = new(KeyScope.Whole);
    private TaskCompletionSource? _room;
    private AcceptedOccurrence _next;
    private bool _hasNext;
    private bool _isComplete;
    private long _counted;

    /// <summary>The first one, if <see cref="HasNext"/> said so.</summary>
    public ref readonly AcceptedOccurrence Next => ref _next;

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty
    {
        get
        {
            if (_hasNext || _taken.Count > 0)
                return false;
            lock (_lock)
                return _singles.Count == 0 && !HasRepeats;
        }
    }

    /// <summary>Occurrences that wait one by one.</summary>
    public int Singles
    {
        get
        {
            lock (_lock)
                return _singles.Count + (_hasNext && _next.Repeats is null ? 1 : 0);
        }
    }

    // What comes later stays behind them: of annotations and messages the latest counts.
    private bool HasRepeats => _repeats.Count > 0;

    public bool TryAdd(in AcceptedOccurrence occurrence)
    {
        // Whether a value is a change depends on those before it, so none is counted; beside others its order does not matter.
        var isChange = occurrence.Details?.OnChange is not null;
        lock (_lock)
        {
            if (_isComplete)
                return false;
            if (_singles.Count < capacity && (isChange || !HasRepeats))
            {
                _singles.Enqueue(occurrence);
                return true;
            }

            return !isChange && occurrence.Listener is null && TryCount(occurrence);
        }
    }

    /// <returns><see langword="false"/> if there never will be any.</returns>
    public async ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        Task room;
        lock (_lock)
        {
            if (_isComplete)
                return false;
            if (_singles.Count < capacity && !HasRepeats)
                return true;
            room = (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes nothing more.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            TellRoom();
        }
    }

    /// <summary>Looks for the first one, which stays where it is until <see cref="Advance"/>.</summary>
    public bool HasNext()
    {
        if (_hasNext)
            return true;
        if (_taken.Count == 0 && !TryTake() && !TakeRepeats())
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
        if (_repeats.Find(occurrence.Key) is not { } repeated)
        {
            if (_repeats.Count >= capacity)
                return false;
            _repeats.Add(repeated = new RepeatedOccurrence(occurrence.Key));
        }

        if (repeated.Batch.Count == int.MaxValue)
            return false;
        repeated.Batch.Add(occurrence);
        repeated.LatestNumber = ++_counted;
        return true;
    }

    private bool TryTake()
    {
        lock (_lock)
        {
            if (!_singles.TryDequeue(out _next))
                return false;
            if (!HasRepeats)
                TellRoom();
            return true;
        }
    }

    private bool TakeRepeats()
    {
        KeyIndex<RepeatedOccurrence> repeats;
        lock (_lock)
        {
            if (!HasRepeats)
                return false;
            (repeats, _repeats) = (_repeats, new(KeyScope.Whole));
            TellRoom();
        }

        foreach (var repeated in repeats.All.OrderBy(repeated => repeated.LatestNumber))
            _taken.Enqueue(repeated);
        return true;
    }

    private void TellRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }
}
