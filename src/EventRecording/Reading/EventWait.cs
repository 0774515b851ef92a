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
/// <param name="minCount">How often a failure must have happened, with one reason on one object, however many events tell it.</param>
public sealed class EventWait(EventQuery wanted, EventQuery? failure = null, int minCount = 1)
{
    private readonly EventSelection _wanted = EventSelection.Local(wanted);
    private readonly EventSelection? _failure = failure is null ? null : EventSelection.Local(failure);
    // A wait without an end may see failures without an end.
    internal const int MostFailures = 65_536;

    private readonly Dictionary<string, (string? Version, int Count)> _before = [];
    private readonly Dictionary<FailureKey, Dictionary<string, long>> _failures = [];
    private readonly Queue<(FailureKey Failure, string Event)> _oldest = new();
    private readonly List<KubeEvent> _heldFailures = [];
    private KubeEvent? _heldWanted;

    /// <summary>How the wait goes on.</summary>
    public EventWaitState State { get; private set; }

    /// <summary>The event that ended it; while it goes on, the latest that was seen, whatever it was.</summary>
    public KubeEvent? Event { get; private set; }

    /// <summary>Says that an event was there before, so that it counts for nothing until it happens again.</summary>
    public void Ignore(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _before[KeyOf(item)] = (item.ResourceVersion, item.Count);
    }

    /// <summary>Takes an event that is there as the wait begins, in whatever order they come; <see cref="Settle"/> decides by them.</summary>
    public void Hold(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Event = Later(item, Event);
        if (IsFailure(item))
            _heldFailures.Add(item);
        else if (_wanted.Matches(item))
            _heldWanted = Later(item, _heldWanted);
    }

    /// <summary>Decides by what is held: the latest that means success or failure, since what is older was overcome by it.</summary>
    public EventWaitState Settle()
    {
        var latestFirst = _heldFailures.Append(_heldWanted).OfType<KubeEvent>().OrderDescending(EventOrder.ByLastSeen).ToList();
        _heldFailures.Clear();
        _heldWanted = null;
        return latestFirst.Exists(item => See(item) != EventWaitState.Waiting) ? State : EventWaitState.Waiting;
    }

    /// <summary>Takes what came; the same step of an event a second time counts for nothing.</summary>
    public EventWaitState See(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (_before.TryGetValue(KeyOf(item), out var before) && before.Version == item.ResourceVersion)
            return State;
        var isFailure = IsFailure(item);
        if (isFailure && Add(item, before.Count) >= minCount)
            State = EventWaitState.Failed;
        else if (!isFailure && _wanted.Matches(item))
            State = EventWaitState.Met;
        Event = State == EventWaitState.Waiting ? Later(item, Event) : item;
        return State;
    }

    private bool IsFailure(KubeEvent item) => _failure?.Matches(item) == true;

    private static KubeEvent Later(KubeEvent item, KubeEvent? other) => EventOrder.ByLastSeen.Compare(item, other) < 0 ? other! : item;

    private static string KeyOf(KubeEvent item) => item.Uid ?? $"{item.Namespace}/{item.Name}";

    private long Add(KubeEvent item, int before)
    {
        var about = item.InvolvedObject;
        var key = new FailureKey(item.Reason, about.Kind, about.Namespace, about.Name);
        if (!_failures.TryGetValue(key, out var counts))
            counts = _failures[key] = [];
        if (!counts.ContainsKey(KeyOf(item)))
            _oldest.Enqueue((key, KeyOf(item)));
        counts[KeyOf(item)] = (long)item.Count - before;
        var sum = counts.Values.Sum();
        if (_oldest.Count > MostFailures)
            Forget(_oldest.Dequeue());
        return sum;
    }

    private void Forget((FailureKey Failure, string Event) oldest)
    {
        var counts = _failures[oldest.Failure];
        counts.Remove(oldest.Event);
        if (counts.Count == 0)
            _failures.Remove(oldest.Failure);
    }

    private readonly record struct FailureKey(string? Reason, string? Kind, string? Namespace, string? Name);
}
