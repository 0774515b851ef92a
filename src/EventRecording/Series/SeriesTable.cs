namespace EventRecording;

/// <summary>All series and what is to be done with them next. Pure state: no I/O, no clock, no lock; one loop owns it.</summary>
internal sealed class SeriesTable(EventBroadcasterOptions options)
{
    private readonly KeyIndex<Series> _series = new(KeyScope.Whole);
    private readonly SimilarMessages? _similar = options.Combining is { } combining ? new(combining) : null;
    private readonly RateLimiter? _limiter = options.RateLimit is { } limit ? new(limit, options.LongestRateLimitWait) : null;
    // Least recently used first: the first to make room.
    private readonly LinkedList<Series> _idle = new();
    // In the order in which the rate limit held them.
    private readonly LinkedList<Series> _limited = new();
    private readonly WriteQueue _ready = new();
    private readonly PriorityQueue<SeriesWait, DateTime> _retries = new();
    private WriterMark _mark = new();
    private long _writeNumber;

    /// <summary>Series that are known, idle ones included.</summary>
    public int Count => _series.Count;

    /// <summary>Series with something pending or in flight.</summary>
    public IEnumerable<Series> Busy => _series.All.Where(series => series.State != SeriesState.Idle);

    /// <summary>When <see cref="Advance"/> has something to do.</summary>
    public DateTime? NextDue
    {
        get
        {
            var retry = _retries.TryPeek(out _, out var due) ? due : (DateTime?)null;
            var limited = _limiter?.NextDue;
            return retry is null || limited < retry ? limited : retry;
        }
    }

    /// <summary>Adds an occurrence to its series.</summary>
    /// <returns>The series, or <see langword="null"/> if there is no room: as many series as fit are busy.</returns>
    public Series? TryAccept(in AcceptedOccurrence occurrence, DateTime now)
    {
        if (Find(occurrence, now) is not { } series)
            return null;
        if (series.Pending.Count > int.MaxValue - occurrence.Count)
        {
            // Who holds the intake up must be written.
            if (series.State == SeriesState.Limited)
                Release(series);
            return null;
        }

        series.LastSeen = now;
        series.Pending.Add(occurrence);
        if (series.State == SeriesState.Idle)
        {
            _idle.Remove(series.Place!);
            Queue(series, now);
        }
        else if (series.State == SeriesState.Limited && occurrence.Repeats?.Batch.BatchListeners is not null)
        {
            // A flush waits for some of them.
            Release(series);
        }

        return series;
    }

    /// <summary>The write that comes next, or <see langword="null"/>.</summary>
    public SeriesWrite? TakeWrite() => TakeWrite(_ready.Take());

    /// <summary>The one that comes next in a namespace that has none in flight.</summary>
    public SeriesWrite? TakeWriteOfIdleNamespace() => TakeWrite(_ready.TakeOfIdleNamespace());

    /// <summary>A write came to its end, whatever it was.</summary>
    public void Settle(SeriesWrite write, DateTime now)
    {
        var series = write.Series;
        WriteQueue.Ended(series);
        series.Write = null;
        if (series.Pending.Count > 0)
            Queue(series, now);
        else
            Rest(series);
    }

    /// <summary>A write is to be tried again.</summary>
    public void Retry(SeriesWrite write, DateTime due)
    {
        var series = write.Series;
        WriteQueue.Ended(series);
        series.State = SeriesState.Waiting;
        _retries.Enqueue(new SeriesWait(series, ++series.Stamp), due);
    }

    /// <summary>Queues what has waited long enough.</summary>
    public void Advance(DateTime now)
    {
        while (_retries.TryPeek(out var retry, out var due) && due <= now)
        {
            _retries.Dequeue();
            if (retry.Lasts(SeriesState.Waiting))
                _ready.Add(retry.Series);
        }

        while (_limiter?.TakeDue(now) is { } series)
            Release(series);
    }

    /// <summary>Queues what the rate limit holds: a flush writes it, one request a series.</summary>
    public void ReleaseLimited()
    {
        while (_limited.First is { Value: var series })
            Release(series);
    }

    /// <summary>Queues what waits for another try as well.</summary>
    /// <param name="asAsked">But not what the server asked to wait longer.</param>
    public void ReleaseWaiting(bool asAsked)
    {
        ReleaseLimited();
        foreach (var series in Busy.Where(series => series.State == SeriesState.Waiting))
        {
            if (!asAsked || series.Write!.LastError is not KubernetesApiException { Status.RetryAfter: not null })
                _ready.Add(series);
        }
    }

    private SeriesWrite? TakeWrite(Series? series)
    {
        if (series is null)
            return null;
        series.State = SeriesState.Writing;
        if (series.Write is null)
        {
            series.Write = new SeriesWrite(series, series.Pending, ++_writeNumber);
            series.Pending = default;
        }

        return series.Write;
    }

    private void Queue(Series series, DateTime now)
    {
        // A flush does not wait for the rate limit, and a value that is still the same costs no write.
        if (_limiter is null || series.Pending.BatchListeners is not null || series.SeemsUnchanged || _limiter.Admit(series, now))
            _ready.Add(series);
        else
            _limited.AddLast(series.Place!);
    }

    private void Release(Series limited)
    {
        _limited.Remove(limited.Place!);
        _ready.Add(limited);
    }

    private Series? Find(in AcceptedOccurrence occurrence, DateTime now)
    {
        var key = occurrence.SeriesKey;
        if (occurrence.Details?.OnChange is not null)
            return FindOrAdd(key);
        var series = _series.Find(key);
        if (_similar is null)
            return series ?? Add(key);
        if (series is not null && _similar.Keeps(series, now))
            return series;
        if (!_similar.HasRoom(key, now))
            return FindOrAdd(key.AsCombined());
        series ??= Add(key);
        if (series is not null)
            _similar.Add(series);
        return series;
    }

    private Series? FindOrAdd(in SeriesKey key) => _series.Find(key) ?? Add(key);

    private Series? Add(in SeriesKey key)
    {
        if (_series.Count >= options.SeriesCapacity && !TryForgetOne())
        {
            // What the rate limit holds must not keep all else out: the one that waits longest is written now.
            if (_ready.IsEmpty && _limited.First is { Value: var oldest })
                Release(oldest);
            return null;
        }

        var series = new Series(key, _mark);
        _series.Add(series);
        _limiter?.Attach(series);
        _ready.Attach(series);
        AddIdle(series);
        return series;
    }

    private void Rest(Series series)
    {
        AddIdle(series);
        if (_idle.Count > options.IdleSeriesCapacity)
            TryForgetOne();
    }

    private void AddIdle(Series series)
    {
        series.State = SeriesState.Idle;
        _idle.AddLast(series.Place ??= new(series));
    }

    private bool TryForgetOne()
    {
        if (_idle.First is not { Value: var series } oldest)
            return false;
        _idle.Remove(oldest);
        if (series.HasLeftMark)
            _mark = new WriterMark();
        _series.Remove(series);
        _similar?.Remove(series);
        _limiter?.Detach(series);
        _ready.Detach(series);
        return true;
    }
}
