using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

/// <summary>What a watch says of a server that is not heard.</summary>
public class WatchInterruptionTests
{
    private readonly WatcherBench _bench = new();

    [Fact]
    public async Task A_server_that_asks_for_patience_gets_it()
    {
        var isBusy = true;
        _bench.Source.OnWatch = (_, _) =>
        {
            if (!isBusy)
                return Task.CompletedTask;
            isBusy = false;
            throw new KubernetesApiException(new KubernetesStatus { Code = 429, RetryAfter = TimeSpan.FromSeconds(17) });
        };
        _bench.WhenIdle(() => _bench.Source.Write(SampleEvents.Numbered(1)));

        await _bench.WatchAsync(new EventQuery { First = 1 });

        Assert.Equal([TimeSpan.FromSeconds(17)], _bench.Time.Waits);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_answers_all_but_watches_is_not_heard_until_one_stays_open(bool answersThem)
    {
        Exception refusal = answersThem ? new KubernetesApiException(new KubernetesStatus { Code = 429, RetryAfter = TimeSpan.FromSeconds(2) }) : new EventStoreException("no answer") { IsTransient = true };
        var start = _bench.Time.GetUtcNow();
        var refusals = 0;
        var resumed = new List<WatchInterruption>();
        _bench.Source.OnWatch = (_, _) => refusals++ < 20 ? throw refusal : Task.CompletedTask;
        _bench.WhenIdle(() => _bench.Source.Write(SampleEvents.Numbered(1)));

        await _bench.WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Resumed = resumed.Add });

        Assert.Equal(20, _bench.Interruptions.Values.Count);
        Assert.All(_bench.Interruptions.Values, it => Assert.Equal(start, it.Since));
        Assert.Equal(_bench.Interruptions.Values[^1], Assert.Single(resumed));
    }

    [Fact]
    public async Task A_watch_that_the_server_lets_wait_and_closes_at_once_is_listed_again()
    {
        _bench.Source.OnWatch = (_, _) =>
        {
            if (_bench.Source.Watches.Count > 1)
                return Task.CompletedTask;
            _bench.Time.Advance(TimeSpan.FromSeconds(10));
            throw new WatchEnds();
        };
        _bench.WhenIdle(() => _bench.Source.Write(SampleEvents.Numbered(1)));

        await _bench.WatchAsync(new EventQuery { First = 1 });

        Assert.Equal(2, _bench.Source.FullLists);
    }

    [Fact]
    public async Task A_watch_that_the_server_lets_wait_is_an_interruption_until_it_is_open()
    {
        var start = _bench.Time.GetUtcNow();
        var open = new TaskCompletionSource();
        var resumed = new List<WatchInterruption>();
        _bench.Source.OnWatch = (_, _) => open.Task;
        _bench.WhenIdle(() => _bench.Source.Write(SampleEvents.Numbered(1)));

        var watching = _bench.WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Resumed = resumed.Add });

        var waits = Assert.Single(_bench.Interruptions.Values);
        Assert.Equal((start, false, TimeSpan.Zero), (waits.Since, waits.ListsAgain, waits.Delay));
        Assert.IsType<TimeoutException>(waits.Error);
        Assert.Empty(resumed);
        open.SetResult();
        await watching;
        Assert.Equal(waits, Assert.Single(resumed));
    }

    [Fact]
    public async Task A_source_that_never_says_that_a_watch_is_open_is_known_by_its_first_one_and_its_quiet_watches_are_not_taken_for_refused_ones()
    {
        var (begun, ended) = (new TaskCompletionSource[3], new TaskCompletionSource[3]);
        for (var i = 0; i < 3; i++)
            (begun[i], ended[i]) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new());
        var resumed = new List<WatchInterruption>();
        _bench.Source.SaysOpened = false;
        _bench.Source.OnFrame = async (isIdle, _) =>
        {
            var watch = _bench.Source.Watches.Count - 1;
            if (watch == 3)
            {
                if (isIdle)
                    _bench.Source.Write(SampleEvents.Numbered(1));
                return;
            }

            begun[watch].SetResult();
            await ended[watch].Task;
            _bench.Time.Advance(TimeSpan.FromMinutes(4));
            throw new WatchEnds();
        };

        var watching = _bench.WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Resumed = resumed.Add });
        for (var i = 0; i < 3; i++)
        {
            await begun[i].Task;
            ended[i].SetResult();
        }

        await watching;
        Assert.Equal(1, _bench.Source.FullLists);
        Assert.Single(_bench.Interruptions.Values, it => it.Error is TimeoutException);
        Assert.All(_bench.Interruptions.Values, it => Assert.False(it.ListsAgain));
        Assert.Equal(_bench.Interruptions.Values[^1], resumed[^1]);
    }

    [Fact]
    public async Task A_watch_that_waits_and_is_refused_then_was_never_heard()
    {
        var refusal = new TaskCompletionSource();
        var resumed = new List<WatchInterruption>();
        _bench.Source.OnWatch = (_, _) => _bench.Source.Watches.Count switch
        {
            1 => throw new KubernetesApiException(new KubernetesStatus { Code = 429 }),
            2 => refusal.Task,
            _ => Task.CompletedTask,
        };
        _bench.WhenIdle(() => _bench.Source.Write(SampleEvents.Numbered(1)));

        var watching = _bench.WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Resumed = resumed.Add });

        Assert.Equal(2, _bench.Source.Watches.Count);
        Assert.Empty(resumed);
        refusal.SetException(new KubernetesApiException(new KubernetesStatus { Code = 429 }));
        await watching;
        Assert.Equal([_bench.Interruptions.Values[0].Since, _bench.Interruptions.Values[0].Since], _bench.Interruptions.Values.Select(it => it.Since));
        Assert.Single(resumed);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task What_whoever_is_told_throws_is_no_interruption_and_ends_no_watch(bool throwsThen, bool throwsAtTheEnd)
    {
        using var cancellation = new CancellationTokenSource();
        var told = new ThrowingListener(throwsThen, throwsAtTheEnd, cancellation);
        _bench.WhenIdle(() => throw new IOException("reset"), () => throw new WatchEnds(), () => _bench.Source.Write(SampleEvents.Numbered(1)));
        var seen = new List<string>();

        await foreach (var (_, item) in _bench.Watcher.WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Interruptions = told, Resumed = told.Resumed }, cancellation.Token))
            seen.Add(item.Name!);

        Assert.Equal([SampleEvents.Numbered(1).Name!], seen);
        Assert.Equal(["reset", "resumed after reset", "closed", "resumed after closed"], told.Values);
    }

    [Fact]
    public async Task It_is_told_since_when_the_server_is_not_heard_and_when_it_answers_again()
    {
        var start = _bench.Time.GetUtcNow();
        var resumed = new List<(DateTimeOffset, WatchInterruption)>();
        var isAway = false;
        _bench.Source.OnList = (request, _) => isAway && _bench.Time.GetUtcNow() < start + TimeSpan.FromMinutes(1) ? throw new EventStoreException("refused") : Task.CompletedTask;
        _bench.WhenIdle(
            () =>
            {
                isAway = true;
                throw new IOException("reset");
            },
            () => throw new IOException("again"),
            () => _bench.Source.Write(SampleEvents.Numbered(1)));

        await _bench.WatchAsync(new EventQuery { Namespaces = [SampleEvents.Numbered(1).Namespace!], First = 1 }, new EventWatchOptions { Resumed = it => resumed.Add((_bench.Time.GetUtcNow(), it)) });

        Assert.True(_bench.Interruptions.Values.Count > 5);
        Assert.All(_bench.Interruptions.Values.SkipLast(1), it => Assert.Equal((start, SampleEvents.Numbered(1).Namespace), (it.Since, it.Namespace)));
        Assert.Equal([.. _bench.Interruptions.Values.TakeLast(2)], resumed.Select(it => it.Item2));
        Assert.Equal(["refused", "again"], resumed.Select(it => it.Item2.Error!.Message));
        Assert.True(resumed[0].Item1 >= start + TimeSpan.FromMinutes(1));
        Assert.True(resumed[1].Item2.Since >= resumed[0].Item1);
    }

    /// <summary>A listener whose own disk is full, say; it ends a watch that tells it without end.</summary>
    private sealed class ThrowingListener(bool throwsThen, bool throwsAtTheEnd, CancellationTokenSource cancellation) : IProgress<WatchInterruption>
    {
        public List<string> Values { get; } = [];

        public void Report(WatchInterruption value) => Tell(Name(value), throwsThen);

        public void Resumed(WatchInterruption value) => Tell($"resumed after {Name(value)}", throwsAtTheEnd);

        private static string Name(WatchInterruption value) => value.Error?.Message ?? "closed";

        private void Tell(string told, bool throws)
        {
            Values.Add(told);
            if (Values.Count > 20)
                cancellation.Cancel();
            if (throws)
                throw new IOException("no space left");
        }
    }
}
