namespace EventRecording;

/// <summary>Allows a burst of writes and then one per refill time, for one source, object and type.</summary>
/// <remarks>
/// Kept as the moment at which the bucket is full again, so that no fraction is ever rounded.
/// A new series takes its token from a second moment, which counting up does not move: it waits only for other new series.
/// </remarks>
internal sealed class TokenBucket(Series founder, RateLimitOptions limit) : Keyed<TokenBucket>
{
    private long _allFullAt;
    private long _newFullAt;
    private PriorityQueue<SeriesWait, (bool CountsUp, long Order)>? _waiting;

    public override ref readonly SeriesKey Key => ref founder.Key;

    /// <summary>Series that wait, new ones first, then the oldest.</summary>
    public PriorityQueue<SeriesWait, (bool CountsUp, long Order)> Waiting => _waiting ??= new();

    /// <summary>Number of series in the table that use this bucket.</summary>
    public int Users { get; set; }

    /// <summary>The timer that is set; <see cref="DateTime.MaxValue"/> if there is none.</summary>
    public DateTime Due { get; set; } = DateTime.MaxValue;

    private long Refill => limit.Refill.Ticks;

    private long Reserve => (limit.Burst - 1) * Refill;

    public bool TryTake(bool isNew, DateTime now)
    {
        if (NextToken(isNew) > now)
            return false;
        _allFullAt = Math.Max(_allFullAt, now.Ticks) + Refill;
        if (isNew)
            _newFullAt = Math.Max(_newFullAt, now.Ticks) + Refill;
        return true;
    }

    public DateTime NextToken(bool isNew) => new(Math.Max(0, (isNew ? _newFullAt : _allFullAt) - Reserve), DateTimeKind.Utc);
}
