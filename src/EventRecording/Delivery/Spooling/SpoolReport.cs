using EventRecording.Correlation;

namespace EventRecording.Delivery;

/// <summary>What a sweep of the spool came to so far.</summary>
internal sealed class SpoolReport : IBatchListener
{
    private readonly List<EventFailure> _failures = [];
    private long _written;

    public void Settle(EventOutcome outcome, int count, EventFailure? failure)
    {
        lock (_failures)
        {
            _written += outcome.IsOnServer ? count : 0;
            if (failure is not null)
                _failures.Add(failure);
        }
    }

    public FlushResult AddTo(FlushResult result, long left)
    {
        lock (_failures)
            return result with { Written = result.Written + _written, Failures = [.. result.Failures, .. _failures], Spooled = left };
    }
}
