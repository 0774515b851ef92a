namespace EventRecording.Tests.SeriesTests;

/// <summary>Against servers that are simulated in a time of their own: always as many requests are sent as the limit allows.</summary>
public class ConcurrencyLimitTests
{
    private const int Most = 128;

    private readonly Random _random = new(7);
    private readonly PriorityQueue<(DateTime Started, bool IsRefused), DateTime> _running = new();
    private readonly List<int> _limits = [];
    private readonly DateTime _start = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);
    private DateTime _now;

    public ConcurrencyLimitTests() => _now = _start;

    public static TheoryData<double, string> Noises()
    {
        var noises = new TheoryData<double, string>();
        foreach (var milliseconds in new[] { 0.001, 5, 200, 2000 })
        {
            foreach (var noise in new[] { "none", "half as long to half as long again", "exponential", "one in ten takes ten times as long" })
                noises.Add(milliseconds, noise);
        }

        return noises;
    }

    [Theory]
    [MemberData(nameof(Noises))]
    public void A_server_with_room_gets_all_that_may_be_sent_however_long_it_takes(double milliseconds, string noise)
    {
        var limit = new ConcurrencyLimit(4, Most);
        Run(limit, 5_000, () => TimeSpan.FromMilliseconds(milliseconds * Noise(noise)));
        _limits.Clear();
        Run(limit, 50_000, () => TimeSpan.FromMilliseconds(milliseconds * Noise(noise)));
        Assert.InRange(_limits.Min(), Most / 2, Most);
        Assert.InRange(_limits.Average(), Most * 0.9, Most);
    }

    [Fact]
    public void The_number_grows_with_the_first_answers()
    {
        var limit = new ConcurrencyLimit(4, Most);
        var found = new List<int>();
        for (; limit.Value < Most; Run(limit, 1, () => TimeSpan.FromMilliseconds(200)))
            found.Add(limit.Value);
        Assert.Equal([4, 16, 64], found.Distinct());
        Assert.InRange(_now - _start, TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(0.6));
    }

    [Theory]
    [InlineData(2, 25)]
    [InlineData(20, 4)]
    [InlineData(160, 4)]
    public void A_server_that_is_busy_gets_what_it_answers_in_time_and_no_more(int each, int workers)
    {
        var free = new DateTime[workers];
        var service = TimeSpan.FromMilliseconds(each);
        var limit = new ConcurrencyLimit(4, Most);
        Run(limit, 5_000, Queue);
        _limits.Clear();
        Run(limit, 20_000, Queue);

        // What runs while an answer takes 100 ms longer than it must, or twice as long.
        var expected = Math.Min(Most, workers * (service + (each > 100 ? service : TimeSpan.FromMilliseconds(100))) / service);
        Assert.InRange(_limits.Min(), Math.Min(workers, expected), expected);
        Assert.InRange(_limits.Max(), expected * 0.8, (expected * 1.25) + 2);
        Assert.True(_limits.Max() - _limits.Min() <= Math.Max(8, expected / 4), $"from {_limits.Min()} to {_limits.Max()}");

        TimeSpan Queue()
        {
            var next = Array.IndexOf(free, free.Min());
            free[next] = (free[next] > _now ? free[next] : _now) + (service * Noise("half as long to half as long again"));
            return free[next] - _now;
        }
    }

    [Fact]
    public void A_server_that_says_429_gets_half_at_once_and_once_for_all_that_was_sent_together()
    {
        var limit = new ConcurrencyLimit(4, Most);
        Run(limit, 1_000, () => TimeSpan.FromMilliseconds(5));
        var sent = _now;
        for (var i = 0; i < 100; i++)
            limit.Refused(sent, sent + TimeSpan.FromMilliseconds(5 + i));
        Assert.Equal(64, limit.Value);
    }

    [Fact]
    public void A_server_that_says_429_to_more_than_40_is_asked_little_more()
    {
        var limit = new ConcurrencyLimit(4, Most);
        Run(limit, 1_000, () => TimeSpan.FromMilliseconds(20), most: 40);
        _limits.Clear();
        var refused = Run(limit, 20_000, () => TimeSpan.FromMilliseconds(20), most: 40);
        Assert.InRange(_limits.Average(), 25, 40);
        Assert.InRange(refused, 0, 20_000 / 20);
    }

    [Fact]
    public void It_never_falls_below_the_fewest_nor_rises_above_the_most()
    {
        var fixedNumber = new ConcurrencyLimit(3, 3);
        Run(fixedNumber, 1_000, () => TimeSpan.FromMilliseconds(5), most: 2);
        Assert.Equal([3], _limits.Distinct());

        var limit = new ConcurrencyLimit(4, Most);
        Run(limit, 1_000, () => TimeSpan.FromMilliseconds(5), most: 0);
        Assert.Equal([4], _limits.Skip(1_000).Distinct());
    }

    [Fact]
    public void A_server_that_became_slower_for_good_is_found_out_again()
    {
        var limit = new ConcurrencyLimit(4, Most);
        Run(limit, 1_000, () => TimeSpan.FromMilliseconds(5));
        Run(limit, 1_000, () => TimeSpan.FromMilliseconds(300));
        Assert.Equal(Most, limit.Value);
    }

    [Theory]
    [InlineData(5, 50)]
    [InlineData(100, 180)]
    public void A_server_that_comes_back_a_little_slower_gets_all_that_may_be_sent_again(int before, int after)
    {
        var limit = new ConcurrencyLimit(4, Most);
        Run(limit, 1_000, () => TimeSpan.FromMilliseconds(before));
        Run(limit, 1_000, () => TimeSpan.FromMilliseconds(before), most: 0);
        Assert.Equal(4, limit.Value);
        Run(limit, 5_000, () => TimeSpan.FromMilliseconds(after));
        Assert.Equal(Most, limit.Value);
    }

    [Fact]
    public void Answers_that_come_at_once_or_after_30_seconds_in_turn_are_no_queue()
    {
        var limit = new ConcurrencyLimit(4, Most);
        var number = 0;
        Run(limit, 5_000, () => number++ % 2 == 0 ? TimeSpan.FromMicroseconds(1) : TimeSpan.FromSeconds(30));
        Assert.Equal(Most, limit.Value);
    }

    [Fact]
    public void Late_answers_that_are_heard_together_are_no_queue()
    {
        var limit = new ConcurrencyLimit(4, Most);
        var number = 0;
        Run(limit, 500, Serve);
        _limits.Clear();
        Run(limit, 5_000, Serve, together: TimeSpan.FromMilliseconds(10));
        Assert.Equal([Most], _limits.Distinct());

        TimeSpan Serve() => number++ % 2 == 0 ? TimeSpan.FromMicroseconds(1) : TimeSpan.FromSeconds(1);
    }

    [Fact]
    public void It_grows_where_the_first_answers_are_to_writes_from_before_its_last_change()
    {
        var limit = new ConcurrencyLimit(4, Most);
        for (var i = 0; i < 4; i++)
            limit.Answered(_now, _now + TimeSpan.FromMilliseconds(5), isFull: true);
        Assert.Equal(16, limit.Value);

        limit.Answered(_now, _now + TimeSpan.FromMilliseconds(6), isFull: true);
        var sent = _now + TimeSpan.FromMilliseconds(5);
        for (var i = 0; i < 15; i++)
            limit.Answered(sent, sent + TimeSpan.FromMilliseconds(5), isFull: false);
        Assert.Equal(64, limit.Value);
    }

    [Fact]
    public void Without_need_it_does_not_grow()
    {
        var limit = new ConcurrencyLimit(4, Most);
        for (var i = 0; i < 1_000; i++)
            limit.Answered(_now, _now += TimeSpan.FromMilliseconds(5), isFull: false);
        Assert.Equal(4, limit.Value);
    }

    /// <param name="together">Answers that come within so long are heard before the next requests are sent.</param>
    private int Run(ConcurrencyLimit limit, int answers, Func<TimeSpan> serve, int most = int.MaxValue, TimeSpan together = default)
    {
        var refused = 0;
        var heardUntil = _now;
        for (var i = 0; i < answers; i++)
        {
            if (!_running.TryPeek(out _, out var due) || due >= heardUntil)
            {
                while (_running.Count < limit.Value)
                {
                    var isRefused = _running.Count >= most;
                    _running.Enqueue((_now, isRefused), _now + (isRefused ? TimeSpan.FromMilliseconds(1) : serve()));
                }

                _running.TryPeek(out _, out due);
                heardUntil = due + together;
            }

            var isFull = _running.Count >= limit.Value;
            _running.TryDequeue(out var answer, out var answered);
            _now = answered > _now ? answered : _now;
            if (answer.IsRefused)
                limit.Refused(answer.Started, _now);
            else
                limit.Answered(answer.Started, _now, isFull);
            refused += answer.IsRefused ? 1 : 0;
            _limits.Add(limit.Value);
        }

        return refused;
    }

    private double Noise(string kind) => kind switch
    {
        "none" => 1,
        "exponential" => -Math.Log(1 - _random.NextDouble()),
        "one in ten takes ten times as long" => _random.Next(10) == 0 ? 10 : 1,
        _ => 0.5 + _random.NextDouble(),
    };
}
