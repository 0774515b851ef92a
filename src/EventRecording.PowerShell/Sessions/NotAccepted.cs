namespace EventRecording.PowerShell;

/// <summary>Occurrences that a recorder did not accept, or never was offered: those a flush never sees pending.</summary>
internal sealed class NotAccepted : IEventObserver
{
    private readonly object _lock = new();
    private List<EventFailure> _failures = [];
    private long _notOffered;

    /// <summary>How many had no object that was found, or came when the recorder was closed.</summary>
    public long NotOffered => Interlocked.Read(ref _notOffered);

    /// <summary>One of those.</summary>
    public void AddNotOffered(EventReporter source, Occurrence occurrence, Exception error)
    {
        Interlocked.Increment(ref _notOffered);
        Add(new EventFailure(EventFailureKind.Rejected, source, occurrence, 1, error));
    }

    /// <summary>Those since the last time.</summary>
    public IReadOnlyList<EventFailure> Take()
    {
        lock (_lock)
        {
            var taken = _failures;
            _failures = [];
            return taken;
        }
    }

    void IEventObserver.Failed(EventFailure failure)
    {
        if (failure.Kind == EventFailureKind.Rejected)
            Add(failure);
    }

    private static OccurrenceRejectedException Beyond(Exception first) =>
        new($"More than {UntoldFailures.MostOneByOne} occurrences were not accepted; those after the first {UntoldFailures.MostOneByOne} are not told one by one. The first of them: {first.Message}", first);

    // A controller may never flush.
    private void Add(EventFailure failure)
    {
        lock (_lock)
        {
            if (_failures.Count < UntoldFailures.MostOneByOne)
                _failures.Add(failure);
            else if (_failures.Count == UntoldFailures.MostOneByOne)
                _failures.Add(failure with { Occurrence = null, Error = Beyond(failure.Error) });
            else
                _failures[^1] = _failures[^1] with { Count = _failures[^1].Count + failure.Count };
        }
    }
}
