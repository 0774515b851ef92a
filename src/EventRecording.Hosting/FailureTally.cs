namespace EventRecording.Hosting;

/// <summary>Says which failures have a line of their own in the log, and counts the others: who is rejected a thousand times must not wait for as many lines. Not safe to use from several threads.</summary>
internal sealed class FailureTally
{
    // What was accepted and given up is known from here alone; who is rejected was told by the call, too.
    private const int MostGivenUp = 10;
    private const int MostRejected = 1;

    private readonly Dictionary<(EventFailureKind Kind, Type Error), Group> _groups = [];

    /// <summary>Nothing has failed in this interval, and what did in those before has ended.</summary>
    public bool IsEmpty => _groups.Count == 0;

    /// <summary>Whether it is one of the first of its kind and has a line of its own; else it is counted.</summary>
    public bool HasLine(EventFailure failure)
    {
        var key = (failure.Kind, failure.Error.GetType());
        if (!_groups.TryGetValue(key, out var group))
            _groups.Add(key, group = new Group());
        if (group.Lines < (failure.Kind == EventFailureKind.Rejected ? MostRejected : MostGivenUp))
        {
            group.Lines++;
            return true;
        }

        group.Counted += failure.Count;
        group.Latest = failure;
        return false;
    }

    /// <summary>Ends an interval. A kind that went on during it has no first line in the next one, either.</summary>
    /// <returns>What was counted, with the latest of each kind.</returns>
    public IReadOnlyList<(EventFailure Latest, long Count)> EndInterval()
    {
        var counted = new List<(EventFailure, long)>();
        foreach (var (key, group) in _groups.ToArray())
        {
            if (group.Latest is { } latest)
            {
                counted.Add((latest, group.Counted));
                (group.Latest, group.Counted) = (null, 0);
            }
            else
            {
                _groups.Remove(key);
            }
        }

        return counted;
    }

    private sealed class Group
    {
        public int Lines { get; set; }

        public long Counted { get; set; }

        public EventFailure? Latest { get; set; }
    }
}
