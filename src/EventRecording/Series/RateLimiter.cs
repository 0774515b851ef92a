namespace EventRecording;

/// <summary>Holds series back while their bucket is empty; never drops one.</summary>
/// <param name="options">The limit.</param>
/// <param name="longestWait">After it a series is handed out whatever its bucket holds.</param>
internal sealed class RateLimiter(RateLimitOptions options, TimeSpan longestWait)
{
    private readonly KeyIndex<TokenBucket> _buckets = new(KeyScope.SameObject);
    private readonly PriorityQueue<TokenBucket, DateTime> _refills = new();
    private readonly PriorityQueue<SeriesWait, DateTime> _longestWaits = new();
    private long _order;

    /// <summary>When <see cref="TakeDue"/> has something to look at.</summary>
    public DateTime? NextDue
    {
        get
        {
            // Those that a token has let go keep no timer.
            DropLate(_longestWaits);
            var refill = _refills.TryPeek(out _, out var due) ? due : (DateTime?)null;
            return _longestWaits.TryPeek(out _, out due) && !(refill <= due) ? due : refill;
        }
    }

    public void Attach(Series series)
    {
        if (_buckets.Find(series.Key) is not { } bucket)
            _buckets.Add(bucket = new TokenBucket(series, options));
        bucket.Users++;
        series.Bucket = bucket;
    }

    public void Detach(Series series)
    {
        if (--series.Bucket!.Users == 0)
            _buckets.Remove(series.Bucket);
    }

    /// <summary>Lets a series pass, or keeps it until <see cref="TakeDue"/> hands it out.</summary>
    public bool Admit(Series series, DateTime now)
    {
        var bucket = series.Bucket!;
        if (bucket.TryTake(series.IsNew, now))
            return true;
        series.State = SeriesState.Limited;
        series.Pending.Deferred = true;
        var wait = new SeriesWait(series, ++series.Stamp);
        bucket.Waiting.Enqueue(wait, (!series.IsNew, ++_order));
        DropLate(_longestWaits);
        _longestWaits.Enqueue(wait, now + longestWait);
        SetTimer(bucket);
        return false;
    }

    /// <summary>A series that need not wait any longer, or <see langword="null"/>.</summary>
    public Series? TakeDue(DateTime now)
    {
        while (_longestWaits.TryPeek(out var wait, out var due) && due <= now)
        {
            _longestWaits.Dequeue();
            if (IsLimited(wait))
                return wait.Series;
        }

        while (_refills.TryPeek(out var bucket, out var due) && due <= now)
        {
            _refills.Dequeue();
            if (bucket.Due != due)
                continue;
            bucket.Due = DateTime.MaxValue;
            var series = TakeFrom(bucket, now);
            SetTimer(bucket);
            if (series is not null)
                return series;
        }

        return null;
    }

    private static Series? TakeFrom(TokenBucket bucket, DateTime now)
    {
        DropLate(bucket.Waiting);
        return bucket.Waiting.TryPeek(out var wait, out _) && bucket.TryTake(wait.Series.IsNew, now) ? bucket.Waiting.Dequeue().Series : null;
    }

    private void SetTimer(TokenBucket bucket)
    {
        DropLate(bucket.Waiting);
        if (!bucket.Waiting.TryPeek(out var wait, out _))
            return;
        var due = bucket.NextToken(wait.Series.IsNew);
        if (bucket.Due <= due)
            return;
        bucket.Due = due;
        _refills.Enqueue(bucket, due);
    }

    // A flush lets go of all that wait: what nobody drops would pile up with each of them.
    private static void DropLate<T>(PriorityQueue<SeriesWait, T> waiting)
    {
        while (waiting.TryPeek(out var wait, out _) && !IsLimited(wait))
            waiting.Dequeue();
    }

    private static bool IsLimited(SeriesWait wait) => wait.Lasts(SeriesState.Limited);
}
