namespace EventRecording;

/// <summary>How a wait for an event goes on.</summary>
public enum EventWaitState
{
    /// <summary>Nothing yet.</summary>
    Waiting,

    /// <summary>The event came that was waited for.</summary>
    Met,

    /// <summary>An event came that means failure.</summary>
    Failed,
}

/// <summary>Waits for an event among those that come, or for one that means failure, apart from any I/O and time; what <c>Wait-KubeEvent</c> decides.</summary>
/// <param name="wanted">What is waited for.</param>
/// <param name="failure">What means failure; <see langword="null"/> if nothing does.</param>
/// <param name="minCount">How often a failure must have happened, with one reason on one object, however many events tell it; at least 1.</param>
/// <exception cref="ArgumentException">A query has a selector, which is for a server.</exception>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="minCount"/> is less than 1.</exception>
public sealed class EventWait(EventQuery wanted, EventQuery? failure = null, int minCount = 1)
{
    private readonly EventSelection _wanted = EventSelection.Local(wanted);
    private readonly EventSelection? _failure = failure is null ? null : EventSelection.Local(failure);
    private readonly int _minCount = minCount > 0 ? minCount : throw new ArgumentOutOfRangeException(nameof(minCount), minCount, "At least 1.");
    // A wait without an end may see failures without an end.
    internal const int MostFailures = 65_536;

    // The step that was there.
    private readonly Dictionary<string, string?> _before = [];
    private readonly EventCounts _counts = new(MostFailures);
    private readonly Dictionary<FailureKey, long> _failures = [];
    private readonly Queue<FailureKey> _oldest = new();
    private readonly Dictionary<string, KubeEvent> _heldFailures = [];
    private KubeEvent? _heldWanted;

    /// <summary>How the wait goes on.</summary>
    public EventWaitState State { get; private set; }

    /// <summary>The event that ended it; while it goes on, the latest that was seen, whatever it was.</summary>
    public KubeEvent? Event { get; private set; }

    /// <summary>Says that an event was there before, so that it counts for nothing until it happens again.</summary>
    public void Ignore(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _before[SeenEvents.KeyOf(item)] = item.ResourceVersion;
        _counts.Set(item);
    }

    /// <summary>Takes an event that is there as the wait begins, in whatever order they come; <see cref="Settle"/> decides by them.</summary>
    public void Hold(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Event = Later(item, Event);
        if (IsFailure(item))
            _heldFailures[SeenEvents.KeyOf(item)] = item;
        else if (_wanted.Matches(item))
            _heldWanted = Later(item, _heldWanted);
    }

    /// <summary>Decides by what is held: the latest that means success or failure, since what is older was overcome by it.</summary>
    public EventWaitState Settle()
    {
        var latestFirst = _heldFailures.Values.Append(_heldWanted).OfType<KubeEvent>().OrderDescending(EventOrder.ByLastSeen).ToList();
        _heldFailures.Clear();
        _heldWanted = null;
        return latestFirst.Exists(item => See(new WatchedEvent(EventChange.Added, item)) != EventWaitState.Waiting) ? State : EventWaitState.Waiting;
    }

    /// <summary>Takes what came; the same step of an event a second time counts for nothing, and neither does a deletion: mostly what is old expires.</summary>
    /// <param name="watched">What a watch saw. A failure happened as often as its event was counted up, whatever it counted before <see cref="Ignore"/> said that it was there.</param>
    public EventWaitState See(WatchedEvent watched)
    {
        ArgumentNullException.ThrowIfNull(watched);
        if (watched.Change == EventChange.Deleted)
            return State;
        var item = watched.Event;
        if (_before.TryGetValue(SeenEvents.KeyOf(item), out var version) && version == item.ResourceVersion)
            return State;
        var isFailure = IsFailure(item);
        if (isFailure && Add(watched) >= _minCount)
            State = EventWaitState.Failed;
        else if (!isFailure && _wanted.Matches(item))
            State = EventWaitState.Met;
        Event = State == EventWaitState.Waiting ? Later(item, Event) : item;
        return State;
    }

    private bool IsFailure(KubeEvent item) => _failure?.Matches(item) == true;

    private static KubeEvent Later(KubeEvent item, KubeEvent? other) => EventOrder.ByLastSeen.Compare(item, other) < 0 ? other! : item;

    private long Add(WatchedEvent watched)
    {
        var about = watched.Event.InvolvedObject;
        var key = new FailureKey(watched.Event.Reason, about.Kind, about.Namespace, about.Name);
        if (!_failures.TryGetValue(key, out var count))
            _oldest.Enqueue(key);
        _failures[key] = count += _counts.GrowthOf(watched);
        _counts.Set(watched.Event);
        if (_oldest.Count > MostFailures)
            _failures.Remove(_oldest.Dequeue());
        return count;
    }

    private readonly record struct FailureKey(string? Reason, string? Kind, string? Namespace, string? Name);
}
