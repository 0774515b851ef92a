namespace EventRecording;

/// <summary>Says how many writes may run. One that hangs while the server answers others makes room for the next.</summary>
internal sealed class WritesInFlight : IDisposable
{
    // However many hang, no more requests than this for each that is allowed, and in all.
    private const int MostForEach = 8;
    private const int MostInAll = 256;

    // Longer than a healthy server nearby takes, shorter than a person notices; and longer than one takes at the other end of the world.
    private static readonly TimeSpan ShortestSlow = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestSlow = TimeSpan.FromSeconds(1);

    private readonly EventBroadcasterOptions _options;
    private readonly OutcomeCounters _counters;
    private readonly ConcurrencyLimit _limit;
    private readonly Stack<RequestCancellation> _free = new();

    // In the order of their start, so that nobody has to look at all of them: this is asked before and after each write.
    private readonly LinkedList<RequestCancellation> _quick = new();
    private readonly LinkedList<RequestCancellation> _slow = new();

    // Until its first answer, too: what hangs from the beginning must not hold back the rest.
    private bool _serverIsQuick = true;

    // How long a request takes: a quicker one says so at once, a slower one may be slow for reasons of its own.
    private TimeSpan? _usual;
    private int _beside;

    public WritesInFlight(EventBroadcasterOptions options, OutcomeCounters counters)
    {
        _options = options;
        _counters = counters;
        _limit = new ConcurrencyLimit(options.FewestConcurrentWrites, options.MaxConcurrentWrites);
        _counters.Limited(_limit.Value);
    }

    public int Count => _quick.Count + _slow.Count;

    public bool HasRoom(DateTime now) => Count < _limit.Value || CountQuick(now) < _limit.Value;

    /// <summary>While some hang, there is room beside them for the first write of another namespace: a few at a time, however slow the server seems.</summary>
    public bool HasRoomBeside(DateTime now)
    {
        if (_beside >= Math.Min(_options.FewestConcurrentWrites, _options.MaxConcurrentWrites) || Count >= MostInAll)
            return false;
        SortOutSlow(now);
        return _slow.Count > 0;
    }

    /// <summary>When a write that runs now becomes a slow one; <see langword="null"/> if that makes no room.</summary>
    public DateTime? NextSlow(DateTime now)
    {
        if (Count < _limit.Value || (!MayPassSlowOnes && _slow.Count > 0))
            return null;
        SortOutSlow(now);
        var slowAfter = SlowAfter;
        DateTime? soonest = null;
        foreach (var it in _quick)
        {
            // Neither it nor those behind it, which were started later, can be sooner.
            if (soonest <= it.Started + slowAfter)
                break;
            var at = SlowAt(it);
            soonest = soonest < at ? soonest : at;
        }

        return soonest;
    }

    public RequestCancellation Start(DateTime now, bool isBeside = false)
    {
        var requests = _free.TryPop(out var free) ? free : new RequestCancellation(_options.RequestTimeout, _options.TimeProvider, _counters.Requested);
        requests.Start(now, isBeside);
        _beside += isBeside ? 1 : 0;
        _quick.AddLast(requests.Place);
        return requests;
    }

    public void End(RequestCancellation requests, Exception? error, DateTime now)
    {
        var isFull = Count >= _limit.Value;
        var started = requests.Started;
        requests.Place.List!.Remove(requests.Place);
        var each = (now - started) / Math.Max(1, requests.Requests);
        if (error is null or KubernetesApiException)
            _usual = _usual is { } usual && each > usual ? usual + ((each - usual) / 8) : each;
        _serverIsQuick = each < SlowAfter;
        _beside -= requests.IsBeside ? 1 : 0;
        _free.Push(requests);
        if (error is KubernetesApiException refused && WriteErrors.IsTooMuch(refused))
            _limit.Refused(started, now);
        else if (error is null or KubernetesApiException)
            _limit.Answered(started, now, isFull);
        _counters.Limited(_limit.Value);
    }

    /// <summary>Ends all requests that run now.</summary>
    public void Cancel()
    {
        foreach (var requests in _slow.Concat(_quick))
            requests.Cancel();
    }

    /// <summary>Ends all requests. Their results no longer matter.</summary>
    public void Abort()
    {
        foreach (var requests in _slow.Concat(_quick))
            requests.Abort();
    }

    public void Dispose()
    {
        _counters.Limited(0);
        foreach (var requests in _free)
            requests.Dispose();
    }

    private TimeSpan SlowAfter => (_usual * 2) switch
    {
        { } twice when twice > LongestSlow => LongestSlow,
        { } twice when twice > ShortestSlow => twice,
        _ => ShortestSlow,
    };

    // A server that is slow with everything must not get more to do.
    private bool MayPassSlowOnes => _serverIsQuick && Count < Math.Min(_limit.Value * MostForEach, MostInAll);

    private int CountQuick(DateTime now)
    {
        if (!MayPassSlowOnes)
            return Count;
        SortOutSlow(now);
        return _quick.Count;
    }

    private void SortOutSlow(DateTime now)
    {
        for (var next = _quick.First; next is { } it && now - it.Value.Started >= SlowAfter;)
        {
            next = it.Next;
            if (now < SlowAt(it.Value))
                continue;
            _quick.Remove(it);
            _slow.AddLast(it);
        }
    }

    // To count up an event that others created takes three.
    private DateTime SlowAt(RequestCancellation requests) => requests.Started + (SlowAfter * Math.Max(1, requests.Requests));
}
