namespace EventRecording.Tests.SeriesTests;

/// <summary>The table of series once more, slow and simple, in lists: written from the rules, to be compared with the real one.</summary>
internal sealed class SeriesTableModel(EventBroadcasterOptions options)
{
    private readonly List<Bucket> _buckets = [];
    private int _step;
    private int _order;

    public List<Entry> All { get; } = [];

    public long Accepted { get; private set; }

    public long Settled { get; private set; }

    public long Unsettled => All.Sum(entry => (long)entry.Pending + entry.InFlight);

    /// <summary>When something falls due by itself.</summary>
    public DateTime? NextDue
    {
        get
        {
            var dues = All.Where(entry => entry.State == State.Waiting).Select(entry => entry.Due).ToList();
            dues.AddRange(Limited.Select(entry => entry.Since + options.RateLimit!.LongestWait));
            dues.AddRange(_buckets.Where(bucket => FirstOf(bucket) is not null).Select(bucket => bucket.NextToken(!FirstOf(bucket)!.IsOnServer)));
            return dues.Count > 0 ? dues.Min() : null;
        }
    }

    private IEnumerable<Entry> Limited => All.Where(entry => entry.State == State.Limited);

    public Entry? Accept(Id id, DateTime now)
    {
        _step++;
        if (SeriesFor(id, now) is not { } entry)
            return null;
        Accepted++;
        entry.Pending++;
        entry.LastSeen = now;
        if (entry.State == State.Idle)
            Queue(entry, now);
        return entry;
    }

    /// <summary>The series that may be written next: the rules leave open which of those goes first that were let go at one moment.</summary>
    public List<Entry> NextWrites()
    {
        var ready = All.Where(entry => entry.State == State.Ready).ToList();
        var first = ready.GroupBy(entry => (entry.ReadyClass, entry.ReadyStep)).OrderBy(group => group.Key).FirstOrDefault()?.ToList() ?? [];
        return first.Where(entry => !first.Any(other => other.Bucket == entry.Bucket && other.ReadyOrder < entry.ReadyOrder)).ToList();
    }

    public static void Take(Entry entry)
    {
        entry.State = State.Writing;
        if (entry.InFlight > 0)
            return;
        (entry.InFlight, entry.Pending, entry.IsCoveredByFlush) = (entry.Pending, 0, false);
    }

    public void Settle(Entry entry, bool isOnServer, DateTime now)
    {
        _step++;
        Settled += entry.InFlight;
        entry.InFlight = 0;
        entry.IsOnServer = isOnServer;
        if (entry.Pending > 0)
            Queue(entry, now);
        else
            Rest(entry);
    }

    public static void Retry(Entry entry, DateTime due) => (entry.State, entry.Due) = (State.Waiting, due);

    public void Advance(DateTime now)
    {
        _step++;
        foreach (var entry in All.Where(entry => entry.State == State.Waiting && entry.Due <= now).OrderBy(entry => entry.Due))
            Ready(entry);
        foreach (var entry in Limited.Where(entry => entry.Since + options.RateLimit!.LongestWait <= now).ToList())
            Ready(entry);
        foreach (var bucket in _buckets)
        {
            while (FirstOf(bucket) is { } entry && bucket.TryTake(!entry.IsOnServer, now))
                Ready(entry, ++_order);
        }
    }

    /// <summary>A flush lets go what the rate limit holds, and does not wait for it as long as it waits.</summary>
    public void Flush()
    {
        _step++;
        foreach (var entry in Limited.ToList())
            Ready(entry);
        foreach (var entry in All.Where(entry => entry.Pending > 0))
            entry.IsCoveredByFlush = true;
    }

    private Entry? SeriesFor(Id id, DateTime now)
    {
        var known = All.Find(entry => entry.Id == id);
        if (options.Combining is not { } combining)
            return known ?? Add(id);
        if (known is { IsDistinct: true } && now - known.LastSeen <= combining.Window)
            return known;
        var similar = All.Where(entry => entry.IsDistinct && entry.Id.IsSimilarTo(id)).ToList();
        foreach (var entry in similar.Where(entry => now - entry.LastSeen > combining.Window))
            entry.IsDistinct = false;
        if (similar.Count(entry => entry.IsDistinct) >= combining.Threshold - 1)
            return All.Find(entry => entry.Id == id.AsCombined()) ?? Add(id.AsCombined());
        if ((known ?? Add(id)) is not { } own)
            return null;
        own.IsDistinct = true;
        return own;
    }

    private Entry? Add(Id id)
    {
        if (All.Count >= options.SeriesCapacity && !ForgetOne())
        {
            // What the rate limit holds makes room by being written, one at a time.
            if (All.TrueForAll(entry => entry.State != State.Ready) && Limited.MinBy(entry => entry.WaitOrder) is { } oldest)
                Ready(oldest);
            return null;
        }

        var bucket = _buckets.Find(bucket => bucket.Object == id.Object && bucket.Type == id.Type);
        if (bucket is null)
            _buckets.Add(bucket = new Bucket(id.Object, id.Type, options.RateLimit));
        var entry = new Entry(id, bucket) { IdleSince = ++_order };
        All.Add(entry);
        return entry;
    }

    private bool ForgetOne()
    {
        if (All.Where(entry => entry.State == State.Idle).MinBy(entry => entry.IdleSince) is not { } oldest)
            return false;
        All.Remove(oldest);
        if (All.TrueForAll(entry => entry.Bucket != oldest.Bucket))
            _buckets.Remove(oldest.Bucket);
        return true;
    }

    private void Rest(Entry entry)
    {
        entry.State = State.Idle;
        entry.IdleSince = ++_order;
        if (All.Count(other => other.State == State.Idle) > options.IdleSeriesCapacity)
            ForgetOne();
    }

    private void Queue(Entry entry, DateTime now)
    {
        if (options.RateLimit is null || entry.IsCoveredByFlush || entry.Bucket.TryTake(!entry.IsOnServer, now))
        {
            Ready(entry);
            return;
        }

        entry.State = State.Limited;
        entry.Since = now;
        entry.WaitOrder = ++_order;
    }

    private void Ready(Entry entry, int order = 0) =>
        (entry.State, entry.ReadyStep, entry.ReadyOrder, entry.ReadyClass) = (State.Ready, _step, order, (entry.IsOnServer ? 2 : 0) + (entry.Id.Type == EventType.Warning ? 0 : 1));

    private Entry? FirstOf(Bucket bucket) =>
        Limited.Where(entry => entry.Bucket == bucket).OrderBy(entry => entry.IsOnServer).ThenBy(entry => entry.WaitOrder).FirstOrDefault();

    public enum State
    {
        Idle,
        Ready,
        Limited,
        Writing,
        Waiting,
    }

    public sealed record Id(int Object, string Type, string Reason, string Message, bool IsCombined = false)
    {
        public Id AsCombined() => this with { Message = "", IsCombined = true };

        public bool IsSimilarTo(Id other) => (Object, Type, Reason) == (other.Object, other.Type, other.Reason);
    }

    public sealed class Entry(Id id, Bucket bucket)
    {
        public Id Id { get; } = id;

        public Bucket Bucket { get; } = bucket;

        public State State { get; set; }

        public int Pending { get; set; }

        public int InFlight { get; set; }

        public bool IsOnServer { get; set; }

        public bool IsDistinct { get; set; }

        public bool IsCoveredByFlush { get; set; }

        public DateTime LastSeen { get; set; }

        public DateTime Since { get; set; }

        public DateTime Due { get; set; }

        public int IdleSince { get; set; }

        public int WaitOrder { get; set; }

        public int ReadyClass { get; set; }

        public int ReadyStep { get; set; }

        public int ReadyOrder { get; set; }

        public override string ToString() => $"{Id} {State} {Pending}+{InFlight}";
    }

    /// <summary>Tokens as time: one is worth a refill. What is new has tokens of its own, and spends those of counting up too, into debt.</summary>
    public sealed class Bucket(int regarding, string type, RateLimitOptions? limit)
    {
        private DateTime _at;
        private TimeSpan _tokens = Full(limit);
        private TimeSpan _tokensOfNew = Full(limit);

        public int Object { get; } = regarding;

        public string Type { get; } = type;

        public bool TryTake(bool isNew, DateTime now)
        {
            Refill(now);
            if ((isNew ? _tokensOfNew : _tokens) < limit!.Refill)
                return false;
            _tokens -= limit.Refill;
            _tokensOfNew -= isNew ? limit.Refill : TimeSpan.Zero;
            return true;
        }

        public DateTime NextToken(bool isNew) => _at + (limit!.Refill - (isNew ? _tokensOfNew : _tokens));

        private static TimeSpan Full(RateLimitOptions? limit) => limit is null ? default : limit.Burst * limit.Refill;

        private void Refill(DateTime now)
        {
            var passed = _at == default ? TimeSpan.Zero : now - _at;
            _at = now;
            _tokens = Least(_tokens + passed);
            _tokensOfNew = Least(_tokensOfNew + passed);
        }

        private TimeSpan Least(TimeSpan tokens) => tokens < Full(limit) ? tokens : Full(limit);
    }
}
