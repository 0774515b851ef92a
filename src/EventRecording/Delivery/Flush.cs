using EventRecording.Correlation;

namespace EventRecording.Delivery;

/// <summary>Waits until all that was accepted before it has an outcome. Its state belongs to the loop.</summary>
internal sealed class Flush : IBatchListener
{
    private readonly TaskCompletionSource<FlushResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<EventFailure> _failures = [];
    private long _written;
    private long _outstanding;

    public Task<FlushResult> Completion => _done.Task;

    /// <summary>Occurrences that were waiting for the loop when the flush began.</summary>
    public int StillInIntake { get; set; }

    /// <summary>Waits for all that is pending or in flight.</summary>
    public void Attach(IEnumerable<Series> busy)
    {
        foreach (var series in busy)
        {
            if (series.Write is { } write)
                Attach(ref write.Batch);
            if (series.Pending.Count > 0)
                Attach(ref series.Pending);
        }

        if (_outstanding == 0)
            End();
    }

    public void Settle(EventOutcome outcome, int count, EventFailure? failure)
    {
        _outstanding -= count;
        if (failure is null)
            _written += count;
        else
            _failures.Add(failure);
        if (_outstanding == 0)
            End();
    }

    public void End() => _done.TrySetResult(new FlushResult(_written, _outstanding + StillInIntake, _failures));

    private void Attach(ref PendingBatch batch)
    {
        (batch.BatchListeners ??= []).Add(this);
        _outstanding += batch.Count;
    }
}
