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
    private readonly Dictionary<(string? Reason, string? Kind, string? Namespace, string? Name), Dictionary<string, int>> _failures = [];
    private readonly HashSet<(string Key, string? Version)> _seen = [];

    /// <summary>The event that was seen last, whatever it was.</summary>
    public KubeEvent? Last { get; private set; }

    /// <summary>Says that an event was there before, so that it counts for nothing until it happens again.</summary>
    public void Ignore(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _seen.Add((KeyOf(item), item.ResourceVersion));
        if (_failure?.Matches(item) == true)
            CountsOf(item)[KeyOf(item) + "/before"] = -item.Count;
    }

    /// <summary>Takes what came; the same step of an event a second time counts for nothing.</summary>
    public EventWaitState See(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (!_seen.Add((KeyOf(item), item.ResourceVersion)))
            return EventWaitState.Waiting;
        Last = item;
        if (_failure?.Matches(item) == true && Add(item) >= minCount)
            return EventWaitState.Failed;
        return _wanted.Matches(item) && _failure?.Matches(item) != true ? EventWaitState.Met : EventWaitState.Waiting;
    }

    private static string KeyOf(KubeEvent item) => item.Uid ?? $"{item.Namespace}/{item.Name}";

    private Dictionary<string, int> CountsOf(KubeEvent item)
    {
        var about = item.InvolvedObject;
        var key = (item.Reason, about.Kind, about.Namespace, about.Name);
        return _failures.TryGetValue(key, out var counts) ? counts : _failures[key] = [];
    }

    private long Add(KubeEvent item)
    {
        var counts = CountsOf(item);
        counts[KeyOf(item)] = item.Count;
        return counts.Values.Sum(it => (long)it);
    }
}
