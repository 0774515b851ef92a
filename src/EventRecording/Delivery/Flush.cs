namespace EventRecording;

/// <summary>Waits until all that was accepted before it has an outcome. Its state belongs to the loop.</summary>
internal sealed class Flush : IBatchListener
{
    private readonly TaskCompletionSource<FlushResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<EventFailure> _failures = [];
    private long _written;
    private long _outstanding;

    public Task<FlushResult> Completion => _done.Task;

    public bool IsOver => _done.Task.IsCompleted;

    /// <summary>Nothing comes after it: what waits for its next try is tried now.</summary>
    public bool IsLast { get; init; }

    /// <summary>Occurrences accepted before that still wait for the loop.</summary>
    public int StillInIntake { get; set; }

    /// <summary>Waits for all that is pending or in flight.</summary>
    public void Cover(IEnumerable<Series> busy)
    {
        foreach (var series in busy)
        {
            if (series.Write is { } write)
                Cover(ref write.Batch, write.Batch.Count);
            if (series.Pending.Count > 0)
                Cover(ref series.Pending, series.Pending.Count);
        }
    }

    /// <summary>Waits for so many occurrences of a batch.</summary>
    public void Cover(ref PendingBatch batch, int count)
    {
        batch.AddBatchListener(this, count);
        _outstanding += count;
    }

    public void Settle(EventOutcome outcome, int count, EventFailure? failure)
    {
        // Nobody can read what would be collected.
        if (IsOver)
            return;
        _outstanding -= count;
        if (outcome.IsOnServer)
            _written += count;
        else if (failure is not null)
            _failures.Add(failure with { Count = count });
        EndIfDone();
    }

    public void EndIfDone()
    {
        if (_outstanding == 0 && StillInIntake == 0)
            End();
    }

    /// <summary>Ends the waiting from another thread than the loop's, which hears of nothing more: of what it has only the numbers can be read.</summary>
    public void EndUnheard(long pending) => _done.TrySetResult(new FlushResult(Volatile.Read(ref _written), pending, []));

    /// <summary>Ends the waiting, whatever is still pending.</summary>
    public void End() => _done.TrySetResult(new FlushResult(_written, _outstanding + StillInIntake, _failures.ToArray()));
}
