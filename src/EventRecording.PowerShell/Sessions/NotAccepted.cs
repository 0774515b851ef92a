namespace EventRecording.PowerShell;

/// <summary>Occurrences that a recorder did not accept, or whose object was not found: those a flush never sees pending.</summary>
internal sealed class NotAccepted : IEventObserver
{
    private readonly object _lock = new();
    private List<EventFailure> _failures = [];
    private long _notFound;

    /// <summary>How many had no object that was found.</summary>
    public long NotFound => Interlocked.Read(ref _notFound);

    /// <summary>The object of an occurrence was not found.</summary>
    public void AddNotFound(EventReporter source, Occurrence occurrence, Exception error)
    {
        Interlocked.Increment(ref _notFound);
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

    // A controller may never flush.
    private void Add(EventFailure failure)
    {
        lock (_lock)
        {
            if (_failures.Count < BackgroundWrites.MostErrors)
                _failures.Add(failure);
            else
                _failures[^1] = _failures[^1] with { Count = _failures[^1].Count + failure.Count };
        }
    }
}
