namespace EventRecording;

/// <summary>The figures behind <see cref="EventStatistics"/>; a snapshot is taken at one moment.</summary>
internal sealed class OutcomeCounters
{
    private readonly object _lock = new();
    private readonly long[] _outcomes = new long[Enum.GetValues<EventOutcomeKind>().Length];
    private long _recorded;
    private long _rejected;
    private long _requests;
    private long _combined;
    private long _deferred;
    private volatile int _concurrentWrites;
    private volatile bool _ended;

    /// <summary>Counts first what is offered, so that it is never settled before it is counted; undone by <see cref="NotAccepted"/>.</summary>
    public void Offered() => Interlocked.Increment(ref _recorded);

    public void NotAccepted() => Interlocked.Decrement(ref _recorded);

    /// <summary>All that was accepted has its outcome: what is offered from now on is not counted, not even for a moment.</summary>
    public void End() => _ended = true;

    /// <summary>What lay in the spool, perhaps since we put it there, has its outcome by us.</summary>
    public void TookOver(int count)
    {
        Interlocked.Add(ref _recorded, count);
        RecorderInstruments.CountRecorded(count);
    }

    public void Rejected()
    {
        Interlocked.Increment(ref _rejected);
        RecorderInstruments.CountRejected();
    }

    public void Requested()
    {
        Interlocked.Increment(ref _requests);
        RecorderInstruments.CountRequest();
    }

    /// <summary>So many writes may run at a time from now on.</summary>
    public void Limited(int writes)
    {
        if (writes == _concurrentWrites)
            return;
        RecorderInstruments.AddToLimit(writes - _concurrentWrites);
        _concurrentWrites = writes;
    }

    public void Settled(EventOutcome outcome, int count)
    {
        lock (_lock)
        {
            _outcomes[(int)outcome.Kind] += count;
            _combined += outcome.Combined ? count : 0;
            _deferred += outcome.Deferred ? count : 0;
        }

        RecorderInstruments.CountSettled(outcome.Kind, count, outcome.Combined, outcome.Deferred);
    }

    public EventStatistics Take()
    {
        lock (_lock)
        {
            return new EventStatistics
            {
                Created = _outcomes[(int)EventOutcomeKind.Created],
                Counted = _outcomes[(int)EventOutcomeKind.Counted],
                Unchanged = _outcomes[(int)EventOutcomeKind.Unchanged],
                Refused = _outcomes[(int)EventOutcomeKind.Refused],
                Failed = _outcomes[(int)EventOutcomeKind.Failed],
                Unknown = _outcomes[(int)EventOutcomeKind.Unknown],
                Spooled = _outcomes[(int)EventOutcomeKind.Spooled],
                Combined = _combined,
                Deferred = _deferred,
                Requests = Interlocked.Read(ref _requests),
                ConcurrentWrites = _concurrentWrites,
                Rejected = Interlocked.Read(ref _rejected),
                // Read last: what is settled was accepted before.
                Recorded = _ended ? _outcomes.Sum() : Interlocked.Read(ref _recorded),
            };
        }
    }
}
