namespace EventRecording;

/// <summary>Tells of a thing once, and again only if it goes on, apart from any I/O and clock; what <c>Watch-KubeEvent -Every</c> decides.</summary>
/// <remarks>
/// A thing is what happens to one object with one type, reason and source, however many events and messages tell it.
/// It is told as soon as it happened often enough, and then at the end of each period in which it happened often enough again;
/// after a period in which it did not, it is forgotten, with what happened in that period, and told as a new one.
/// How often it happened is what its events were counted up by, since many writers send a step for many occurrences: the counts of the 65,536 events
/// that were seen last are remembered, and go on where an event that expired is made anew. One that is counted up and not known happened once. What is deleted did not happen again.
/// Of more than 65,536 things within a period the one whose period ends first is forgotten, and what went on told early.
/// </remarks>
/// <param name="every">The period; more than zero.</param>
/// <param name="minCount">How often it must happen within a period.</param>
public sealed class EventRepeatFilter(TimeSpan every, int minCount = 1)
{
    private readonly int _minCount = minCount > 0 ? minCount : throw new ArgumentOutOfRangeException(nameof(minCount), minCount, "It must happen at least once.");
    private readonly EventCounts _counts = new(WatchState.RememberedEvents);
    private readonly Dictionary<Key, Thing> _things = [];
    private readonly PriorityQueue<Key, TimeSpan> _ends = new();
    private readonly List<EventRepeat> _early = [];

    /// <summary>The period.</summary>
    public TimeSpan Every { get; } = every > TimeSpan.Zero ? every : throw new ArgumentOutOfRangeException(nameof(every), every, "A period is longer than nothing.");

    /// <summary>When <see cref="Due"/> may have something to tell, at the earliest; <see langword="null"/> if nothing is known.</summary>
    public TimeSpan? NextEnd => _early.Count > 0 ? TimeSpan.Zero : _ends.TryPeek(out _, out var end) ? end : null;

    /// <summary>Says that an event was there before, so that only what it is counted up by from now on happened; in place of <see cref="See"/>, for what <see cref="WatchedEvent.WasThere"/> and is not to be told.</summary>
    /// <param name="item">The event.</param>
    public void Ignore(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _counts.Set(item);
    }

    /// <summary>Takes what a watch saw.</summary>
    /// <param name="watched">The event.</param>
    /// <param name="now">Time passed since any instant, the same for all calls.</param>
    /// <returns>What is to be told at once; <see langword="null"/> for nothing.</returns>
    public EventRepeat? See(WatchedEvent watched, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(watched);
        if (watched.Change == EventChange.Deleted)
            return null;
        var growth = _counts.GrowthOf(watched);
        _counts.Set(watched.Event);
        var key = Key.Of(watched.Event);
        if (!_things.TryGetValue(key, out var thing))
        {
            _things[key] = thing = new Thing { End = now + Every };
            _ends.Enqueue(key, thing.End);
            if (_things.Count > WatchState.RememberedEvents)
                ForgetOne();
        }

        thing.Add(watched.Event, growth);
        if (thing.IsTold || thing.Count < _minCount)
            return null;
        thing.IsTold = true;
        thing.End = now + Every;
        return thing.Tell();
    }

    /// <summary>What went on in the periods that have ended.</summary>
    /// <param name="now">As in <see cref="See"/>.</param>
    public IReadOnlyList<EventRepeat> Due(TimeSpan now)
    {
        var due = new List<EventRepeat>(_early);
        _early.Clear();
        while (TakeFirst(now) is var (key, thing))
        {
            if (thing.Count < _minCount)
            {
                _things.Remove(key);
                continue;
            }

            due.Add(thing.Tell());
            thing.End = now + Every;
            _ends.Enqueue(key, thing.End);
        }

        return due;
    }

    /// <summary>What went on in the periods that have not ended, for the end of a watch.</summary>
    public IReadOnlyList<EventRepeat> Rest() => [.. _early, .. _things.Values.Where(it => it.Count >= _minCount).Select(it => it.Tell())];

    // The one whose period ends first: what happened in it is told early.
    private void ForgetOne()
    {
        if (TakeFirst(TimeSpan.MaxValue) is not var (key, thing))
            return;
        _things.Remove(key);
        if (thing.Count >= _minCount)
            _early.Add(thing.Tell());
    }

    /// <summary>The thing whose period ends first, if it has ended by then.</summary>
    private (Key Key, Thing Thing)? TakeFirst(TimeSpan now)
    {
        while (_ends.TryPeek(out var key, out var end) && end <= now)
        {
            _ends.Dequeue();
            var thing = _things[key];
            if (thing.End <= end)
                return (key, thing);
            // It was told since, and its period began then.
            _ends.Enqueue(key, thing.End);
        }

        return null;
    }

    private sealed class Thing
    {
        private static readonly KubeEvent None = new();
        private KubeEvent _latest = None;

        public TimeSpan End { get; set; }

        public bool IsTold { get; set; }

        /// <summary>How often it happened since it was told.</summary>
        public int Count { get; private set; }

        public void Add(KubeEvent latest, int growth)
        {
            _latest = latest;
            Count = (int)Math.Min(int.MaxValue, (long)Count + growth);
        }

        public EventRepeat Tell()
        {
            var told = new EventRepeat(_latest, Count);
            (_latest, Count) = (None, 0);
            return told;
        }
    }

    private sealed record Key(string? Context, string? Type, string? Reason, string? Source, string Group, string? Kind, string? Namespace, string? Name)
    {
        public static Key Of(KubeEvent it) => new(
            it.Context, it.Type, it.Reason, it.Source, it.InvolvedObject.ApiGroup, it.InvolvedObject.Kind, it.InvolvedObject.Namespace, it.InvolvedObject.Name);
    }
}

/// <summary>A thing that is told.</summary>
/// <param name="Event">Its latest event.</param>
/// <param name="SinceLast">How often it happened since it was told before; the first time, how often it happened so far.</param>
public sealed record EventRepeat(KubeEvent Event, int SinceLast);
