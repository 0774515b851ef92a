using EventRecording.Tests.Support;
using static EventRecording.Tests.SeriesTests.SeriesTableModel;

namespace EventRecording.Tests.SeriesTests;

/// <summary>One random history, played on the table and on its model.</summary>
internal sealed class SeriesTableHistory
{
    private readonly EventBroadcasterOptions _options;
    private readonly SeriesTable _table;
    private readonly SeriesTableModel _model;
    private readonly Dictionary<Entry, Series> _series = [];
    private readonly Dictionary<Entry, SeriesWrite> _inFlight = [];
    private readonly HashSet<long> _numbers = [];
    private readonly IBatchListener _flush = new NobodyWaits();
    private readonly List<string> _told = [];
    private DateTime _now = SampleEvents.Noon.UtcDateTime;

    public SeriesTableHistory(int shape)
    {
        _options = new EventBroadcasterOptions
        {
            Combining = shape % 3 == 0 ? null : new CombiningOptions { Threshold = 2 + (shape % 4), Window = TimeSpan.FromSeconds(40) },
            RateLimit = shape % 5 == 0 ? null : new RateLimitOptions { Burst = 1 + (shape % 3), Refill = TimeSpan.FromSeconds(10), LongestWait = TimeSpan.FromSeconds(25) },
            SeriesCapacity = shape % 7 == 0 ? 4 : 50,
            IdleSeriesCapacity = shape % 2 == 0 ? 3 : 20,
        };
        _table = new SeriesTable(_options);
        _model = new SeriesTableModel(_options);
    }

    public int Refused { get; private set; }

    /// <summary>Plays the steps; each number is one.</summary>
    public void Play(IEnumerable<int> steps)
    {
        try
        {
            foreach (var step in steps)
            {
                Step(Math.Abs((long)step));
                AssertSame();
            }

            Drain();
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{_options.Combining}, {_options.RateLimit}, {_options.SeriesCapacity}/{_options.IdleSeriesCapacity}\n{string.Join('\n', _told)}\n{error}", error);
        }
    }

    private void Step(long step)
    {
        var (kind, rest) = (step % 16, step / 16);
        if (kind < 7)
            Accept(rest);
        else if (kind < 10)
            Take();
        else if (kind < 12)
            Settle(rest);
        else if (kind == 12)
            Retry(rest);
        else if (kind < 15)
            Pass(TimeSpan.FromMilliseconds((rest * 7919) % (rest % 9 == 0 ? 60_000 : 4_000)));
        else if (rest % 3 == 0)
            Flush();
    }

    private void Accept(long choice)
    {
        var id = new Id((int)(choice % 2), choice / 2 % 3 == 0 ? EventType.Warning : EventType.Normal, choice / 6 % 5 == 0 ? "Other" : "ScaledUp", $"m{choice / 30 % 7}");
        _told.Add($"accept {id}");
        var entry = _model.Accept(id, _now);
        var series = _table.TryAccept(new AcceptedOccurrence(Key(id), _now, _now, null, null), _now);
        Assert.Equal(entry is null, series is null);
        if (entry is null)
        {
            Refused++;
            return;
        }

        Assert.True(!_series.TryGetValue(entry, out var before) || ReferenceEquals(before, series));
        _series[entry] = series!;
        Assert.True(SeriesKeyComparer.Equal(Key(entry.Id), series!.Key, KeyScope.Whole), $"{entry.Id} and not {series.Key.Message}, {series.Key.Kind}");
    }

    private void Take()
    {
        var allowed = _model.NextWrites();
        var write = _table.TakeWrite();
        _told.Add($"take {write?.Series.Key.Message}");
        Assert.Equal(allowed.Count == 0, write is null);
        if (write is null)
            return;
        var entry = Assert.Single(allowed, entry => ReferenceEquals(_series[entry], write.Series));
        var isRetry = entry.InFlight > 0;
        SeriesTableModel.Take(entry);
        _inFlight[entry] = write;
        Assert.Equal(entry.InFlight, write.Batch.Count);
        Assert.Equal(!isRetry, _numbers.Add(write.Number));
    }

    private void Settle(long choice)
    {
        if (Choose(choice) is not { } entry)
            return;
        var isOnServer = choice % 5 != 0;
        _told.Add($"settle {entry}, on server: {isOnServer}");
        var write = _inFlight[entry];
        _inFlight.Remove(entry);
        write.Series.Event = new KnownEvent { ApiVersion = "v1", Namespace = "n", Name = "n", ResourceVersion = isOnServer ? "1" : null };
        _model.Settle(entry, isOnServer, _now);
        _table.Settle(write, _now);
    }

    private void Retry(long choice)
    {
        if (Choose(choice) is not { } entry)
            return;
        var due = _now + TimeSpan.FromMilliseconds(choice % 5_000);
        _told.Add($"retry {entry} at {due:O}");
        _table.Retry(_inFlight[entry], due);
        _inFlight.Remove(entry);
        SeriesTableModel.Retry(entry, due);
    }

    private void Pass(TimeSpan time)
    {
        _now += time;
        _told.Add($"now {_now:O}");
        _model.Advance(_now);
        _table.Advance(_now);
    }

    private void Flush()
    {
        _told.Add("flush");
        _model.Flush();
        _table.ReleaseLimited();
        foreach (var series in _table.Busy.Where(series => series.Pending.Count > 0))
            series.Pending.AddBatchListener(_flush, series.Pending.Count);
    }

    private Entry? Choose(long choice) => _inFlight.Count == 0 ? null : _inFlight.Keys.ElementAt((int)(choice / 5 % _inFlight.Count));

    private void AssertSame()
    {
        Assert.Equal(_model.All.Count, _table.Count);
        Assert.Equal(_model.Accepted, _model.Settled + _model.Unsettled);
        foreach (var entry in _model.All)
        {
            var series = _series[entry];
            Assert.Equal(entry.Pending, series.Pending.Count);
            Assert.Equal(entry.InFlight, series.Write?.Batch.Count ?? 0);
            Assert.Equal(entry.State.ToString(), series.State.ToString());
        }

        Assert.True(_table.Busy.ToHashSet().SetEquals(_model.All.Where(entry => entry.State != State.Idle).Select(entry => _series[entry])));
        if (_model.NextDue is { } due)
            Assert.True(_table.NextDue <= (due > _now ? due : _now), $"something is due at {due:O}, the table says {_table.NextDue:O}");
    }

    /// <summary>Everything that is still pending can be written in the end, by nothing but time passing.</summary>
    private void Drain()
    {
        for (var i = 0; _model.Unsettled > 0; i++)
        {
            Assert.True(i < 10_000, "it never ends");
            Take();
            Settle(1);
            if (_model.NextWrites().Count == 0 && _inFlight.Count == 0 && _table.NextDue is { } due)
                Pass(due > _now ? due - _now : TimeSpan.Zero);
            AssertSame();
        }
    }

    private static SeriesKey Key(Id id) => new(
        new EventReporter("RedisOperator"), SampleEvents.Redis with { Name = $"redis-{id.Object}" }, id.Type, id.Reason, id.Message, null, null, id.IsCombined ? SeriesKind.Combined : SeriesKind.Distinct);

    private sealed class NobodyWaits : IBatchListener
    {
        public void Settle(EventOutcome outcome, int count, EventFailure? failure)
        {
        }
    }
}
