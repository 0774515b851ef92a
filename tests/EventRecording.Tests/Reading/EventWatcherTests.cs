using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventWatcherTests
{
    private readonly InMemoryEventSource _source = new();
    private readonly WaitlessTimeProvider _time = new();
    private readonly CollectedProgress<WatchInterruption> _interruptions = new();
    private int _faults;

    [Fact]
    public async Task A_watch_tells_what_is_there_and_then_what_comes()
    {
        _source.Write([SampleEvents.Numbered(1), SampleEvents.Numbered(2)]);
        WhenIdle(
            () => _source.Write(SampleEvents.Numbered(3)),
            () => _source.Write(SampleEvents.Numbered(1) with { CoreCount = 2 }));

        Assert.Equal(
            ["Added e.00001", "Added e.00002", "Added e.00003", "Modified e.00001"],
            await WatchAsync(new EventQuery { First = 4 }));
    }

    [Fact]
    public async Task Only_new_ones_are_told_where_that_is_wanted()
    {
        _source.Write(Enumerable.Range(0, 1200).Select(number => SampleEvents.Numbered(number)));
        WhenIdle(() => _source.Write(SampleEvents.Numbered(7) with { CoreCount = 2 }));

        Assert.Equal(["Modified e.00007"], await WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { NewOnly = true }));
        Assert.Single(_source.Lists);
    }

    [Fact]
    public async Task What_was_there_is_told_from_what_happens_also_while_another_namespace_is_read_and_where_all_is_listed_again()
    {
        _source.Write(SampleEvents.Named("there", "a"));
        var seen = new List<string>();
        var second = new TaskCompletionSource();
        _source.OnList = (request, _) => request.Namespace == "b" ? second.Task : Task.CompletedTask;
        WhenIdle(
            () => _source.Write(SampleEvents.Named("new", "a")),
            () =>
            {
                _source.Write(SampleEvents.Named("missed", "a"));
                _source.Compact();
                throw new IOException("reset");
            });

        await foreach (var watched in new EventWatcher(_source, _time, new Random(7)).WatchAsync(new EventQuery { Namespaces = ["a", "b"], First = 4 }))
        {
            seen.Add($"{watched.Event.Name} {watched.WasThere}");
            if (seen.Count == 3)
            {
                _source.Write(SampleEvents.Named("there-too", "b"));
                second.SetResult();
            }
        }

        Assert.Equal(["there True", "new False", "missed False", "there-too True"], seen);
    }

    [Fact]
    public async Task An_event_that_starts_to_match_appears()
    {
        _source.Write(SampleEvents.Numbered(1));
        WhenIdle(() => _source.Write(SampleEvents.Numbered(1) with { Type = EventType.Warning }));

        Assert.Equal(["Added e.00001"], await WatchAsync(new EventQuery { Types = ["Warning"], First = 1 }));
    }

    [Fact]
    public async Task An_event_that_stops_matching_is_not_taken_for_deleted()
    {
        var first = _source.Write(SampleEvents.Numbered(1) with { Type = EventType.Warning });
        var second = _source.Write(SampleEvents.Numbered(2) with { Type = EventType.Warning });
        WhenIdle(
            () => _source.Write(first with { Type = EventType.Normal }),
            () => _source.Delete(second));

        Assert.Equal(
            ["Added e.00001", "Added e.00002", "Deleted e.00002"],
            await WatchAsync(new EventQuery { Types = ["Warning"], First = 3 }, new EventWatchOptions { IncludeDeleted = true }));
    }

    [Fact]
    public async Task Deletions_are_not_told_unless_asked_for()
    {
        var first = _source.Write(SampleEvents.Numbered(1));
        WhenIdle(() => _source.Delete(first), () => _source.Write(SampleEvents.Numbered(2)));

        Assert.Equal(["Added e.00001", "Added e.00002"], await WatchAsync(new EventQuery { First = 2 }));
    }

    [Fact]
    public async Task A_watch_that_is_closed_resumes_from_the_last_version()
    {
        WhenIdle(
            () => _source.Write(SampleEvents.Numbered(1)),
            () => throw new WatchEnds(),
            () => _source.Write(SampleEvents.Numbered(2)));

        Assert.Equal(["Added e.00001", "Added e.00002"], await WatchAsync(new EventQuery { First = 2 }));
        Assert.Equal(["1000", "1001"], _source.Watches.Select(it => it.ResourceVersion));
        Assert.Equal(1, _source.FullLists);
    }

    [Theory]
    [InlineData(nameof(GoneAnswer.Frame))]
    [InlineData(nameof(GoneAnswer.Status))]
    [InlineData(nameof(GoneAnswer.Close))]
    public async Task A_version_that_is_gone_costs_one_list_and_nothing_is_told_twice(string answer)
    {
        _source.Gone = Enum.Parse<GoneAnswer>(answer);
        _source.Write(SampleEvents.Numbered(1));
        WhenIdle(() =>
        {
            _source.Write(SampleEvents.Numbered(2));
            _source.Compact();
            throw new IOException("reset");
        });

        Assert.Equal(["Added e.00001", "Added e.00002"], await WatchAsync(new EventQuery { First = 2 }));
        Assert.Equal(2, _source.FullLists);
    }

    [Fact]
    public async Task A_server_that_always_closes_at_once_is_asked_ever_more_slowly()
    {
        _source.OnWatch = (_, _) => throw new WatchEnds();
        var watching = WatchUntilAsync(() => _source.Watches.Count == 50);

        await watching;

        Assert.Equal(48, _time.Waits.Count);
        Assert.All(_time.Waits.Skip(10), wait => Assert.InRange(wait, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_ends_each_watch_after_a_frame_is_asked_once_a_second(bool byClose)
    {
        var ends = Enumerable.Range(0, 20).SelectMany(number => new Action[]
        {
            () => _source.Write(SampleEvents.Numbered(number)),
            () => throw (byClose ? new WatchEnds() : new IOException("reset")),
        });
        WhenIdle([.. ends, () => _source.Write(SampleEvents.Numbered(20))]);

        await WatchAsync(new EventQuery { First = 21 });

        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(1), 20), _time.Waits);
    }

    [Fact]
    public async Task A_watch_that_lasted_a_second_goes_on_at_once()
    {
        WhenIdle(
            () => _source.Write(SampleEvents.Numbered(1)),
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                throw new IOException("reset");
            },
            () => _source.Write(SampleEvents.Numbered(2)));

        await WatchAsync(new EventQuery { First = 2 });

        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task A_server_whose_versions_went_back_is_listed_again_and_told_once()
    {
        var backup = _source.Backup();
        _source.Write([SampleEvents.Numbered(1), SampleEvents.Numbered(2)]);
        WhenIdle(
            () =>
            {
                _source.Restore(backup);
                _source.Write(SampleEvents.Numbered(3));
                throw new IOException("reset");
            },
            () => _source.Write(SampleEvents.Numbered(4)));

        Assert.Equal(["Added e.00001", "Added e.00002", "Added e.00003", "Added e.00004"], await WatchAsync(new EventQuery { First = 4 }));
    }

    [Fact]
    public async Task A_connection_that_is_dead_is_given_up_after_the_servers_timeout()
    {
        WhenIdle(
            () => _time.Advance(_source.Watches[0].Timeout!.Value + TimeSpan.FromSeconds(31)),
            () => _source.Write(SampleEvents.Numbered(1)));

        Assert.Equal(["Added e.00001"], await WatchAsync(new EventQuery { First = 1 }));
        Assert.Contains(_interruptions.Values, it => it is { ListsAgain: false, Error: TimeoutException });
    }

    [Fact]
    public async Task A_connection_on_which_frames_come_is_not_dead()
    {
        WhenIdle(Enumerable.Range(1, 10).Select(number => (Action)(() =>
        {
            _time.Advance(TimeSpan.FromMinutes(4));
            _source.Write(SampleEvents.Numbered(number));
        })).ToArray());

        Assert.Equal(10, (await WatchAsync(new EventQuery { First = 10 })).Count);
        Assert.Single(_source.Watches);
    }

    [Fact]
    public async Task A_reader_that_takes_its_time_is_no_silence_of_the_server()
    {
        WhenIdle(Enumerable.Range(1, 3).Select(number => (Action)(() => _source.Write(SampleEvents.Numbered(number)))).ToArray());
        var onFrame = _source.OnFrame!;
        _source.OnFrame = (isIdle, token) =>
        {
            token.ThrowIfCancellationRequested();
            return onFrame(isIdle, token);
        };

        await foreach (var _ in new EventWatcher(_source, _time, new Random(7)).WatchAsync(new EventQuery { First = 3 }, new EventWatchOptions { Interruptions = _interruptions }))
            _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Empty(_interruptions.Values);
        Assert.Single(_source.Watches);
    }

    [Fact]
    public async Task The_servers_timeouts_are_spread()
    {
        WhenIdle([.. Enumerable.Repeat<Action>(() => throw new WatchEnds(), 20), () => _source.Write(SampleEvents.Numbered(1))]);
        _source.OnWatch = (_, _) =>
        {
            _time.Advance(TimeSpan.FromMinutes(3));
            return Task.CompletedTask;
        };

        await WatchAsync(new EventQuery { First = 1 });

        Assert.All(_source.Watches, it => Assert.InRange(it.Timeout!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6)));
        Assert.True(_source.Watches.Select(it => it.Timeout).Distinct().Count() > 10);
    }

    [Fact]
    public async Task A_server_that_asks_for_patience_gets_it()
    {
        var isBusy = true;
        _source.OnWatch = (_, _) =>
        {
            if (!isBusy)
                return Task.CompletedTask;
            isBusy = false;
            throw new KubernetesApiException(new KubernetesStatus { Code = 429, RetryAfter = TimeSpan.FromSeconds(17) });
        };
        WhenIdle(() => _source.Write(SampleEvents.Numbered(1)));

        await WatchAsync(new EventQuery { First = 1 });

        Assert.Equal([TimeSpan.FromSeconds(17)], _time.Waits);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_answers_all_but_watches_is_not_heard_until_one_stays_open(bool answersThem)
    {
        Exception refusal = answersThem ? new KubernetesApiException(new KubernetesStatus { Code = 429, RetryAfter = TimeSpan.FromSeconds(2) }) : new EventStoreException("no answer") { IsTransient = true };
        var start = _time.GetUtcNow();
        var refusals = 0;
        var resumed = new List<WatchInterruption>();
        _source.OnWatch = (_, _) => refusals++ < 20 ? throw refusal : Task.CompletedTask;
        WhenIdle(() => _source.Write(SampleEvents.Numbered(1)));

        await WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Resumed = resumed.Add });

        Assert.Equal(20, _interruptions.Values.Count);
        Assert.All(_interruptions.Values, it => Assert.Equal(start, it.Since));
        Assert.Equal(_interruptions.Values[^1], Assert.Single(resumed));
    }

    [Fact]
    public async Task A_watch_that_the_server_lets_wait_and_closes_at_once_is_listed_again()
    {
        _source.OnWatch = (_, _) =>
        {
            if (_source.Watches.Count > 1)
                return Task.CompletedTask;
            _time.Advance(TimeSpan.FromSeconds(10));
            throw new WatchEnds();
        };
        WhenIdle(() => _source.Write(SampleEvents.Numbered(1)));

        await WatchAsync(new EventQuery { First = 1 });

        Assert.Equal(2, _source.FullLists);
    }

    [Fact]
    public async Task A_watch_that_the_server_lets_wait_is_an_interruption_until_it_is_open()
    {
        var start = _time.GetUtcNow();
        var open = new TaskCompletionSource();
        var resumed = new List<WatchInterruption>();
        _source.OnWatch = (_, _) => open.Task;
        WhenIdle(() => _source.Write(SampleEvents.Numbered(1)));

        var watching = WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Resumed = resumed.Add });

        var waits = Assert.Single(_interruptions.Values);
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
        _source.SaysOpened = false;
        _source.OnFrame = async (isIdle, _) =>
        {
            var watch = _source.Watches.Count - 1;
            if (watch == 3)
            {
                if (isIdle)
                    _source.Write(SampleEvents.Numbered(1));
                return;
            }

            begun[watch].SetResult();
            await ended[watch].Task;
            _time.Advance(TimeSpan.FromMinutes(4));
            throw new WatchEnds();
        };

        var watching = WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Resumed = resumed.Add });
        for (var i = 0; i < 3; i++)
        {
            await begun[i].Task;
            ended[i].SetResult();
        }

        await watching;
        Assert.Equal(1, _source.FullLists);
        Assert.Single(_interruptions.Values, it => it.Error is TimeoutException);
        Assert.All(_interruptions.Values, it => Assert.False(it.ListsAgain));
        Assert.Equal(_interruptions.Values[^1], resumed[^1]);
    }

    [Fact]
    public async Task A_watch_that_waits_and_is_refused_then_was_never_heard()
    {
        var refusal = new TaskCompletionSource();
        var resumed = new List<WatchInterruption>();
        _source.OnWatch = (_, _) => _source.Watches.Count switch
        {
            1 => throw new KubernetesApiException(new KubernetesStatus { Code = 429 }),
            2 => refusal.Task,
            _ => Task.CompletedTask,
        };
        WhenIdle(() => _source.Write(SampleEvents.Numbered(1)));

        var watching = WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { Resumed = resumed.Add });

        Assert.Equal(2, _source.Watches.Count);
        Assert.Empty(resumed);
        refusal.SetException(new KubernetesApiException(new KubernetesStatus { Code = 429 }));
        await watching;
        Assert.Equal([_interruptions.Values[0].Since, _interruptions.Values[0].Since], _interruptions.Values.Select(it => it.Since));
        Assert.Single(resumed);
    }

    [Fact]
    public async Task It_is_told_since_when_the_server_is_not_heard_and_when_it_answers_again()
    {
        var start = _time.GetUtcNow();
        var resumed = new List<(DateTimeOffset, WatchInterruption)>();
        var isAway = false;
        _source.OnList = (request, _) => isAway && _time.GetUtcNow() < start + TimeSpan.FromMinutes(1) ? throw new EventStoreException("refused") : Task.CompletedTask;
        WhenIdle(
            () =>
            {
                isAway = true;
                throw new IOException("reset");
            },
            () => throw new IOException("again"),
            () => _source.Write(SampleEvents.Numbered(1)));

        await WatchAsync(new EventQuery { Namespaces = [SampleEvents.Numbered(1).Namespace!], First = 1 }, new EventWatchOptions { Resumed = it => resumed.Add((_time.GetUtcNow(), it)) });

        Assert.True(_interruptions.Values.Count > 5);
        Assert.All(_interruptions.Values.SkipLast(1), it => Assert.Equal((start, SampleEvents.Numbered(1).Namespace), (it.Since, it.Namespace)));
        Assert.Equal([.. _interruptions.Values.TakeLast(2)], resumed.Select(it => it.Item2));
        Assert.Equal(["refused", "again"], resumed.Select(it => it.Item2.Error!.Message));
        Assert.True(resumed[0].Item1 >= start + TimeSpan.FromMinutes(1));
        Assert.True(resumed[1].Item2.Since >= resumed[0].Item1);
    }

    [Fact]
    public async Task An_error_without_a_code_lists_again()
    {
        WhenIdle(
            () => _source.Write(SampleEvents.Numbered(1)),
            () => throw new ErrorFrame(new KubernetesStatus { Message = "5" }),
            () => _source.Write(SampleEvents.Numbered(2)));

        Assert.Equal(["Added e.00001", "Added e.00002"], await WatchAsync(new EventQuery { First = 2 }));
        Assert.Equal("The API server answered with an error: 5", Assert.Single(_interruptions.Values).Error!.Message);
        Assert.Equal(2, _source.FullLists);
    }

    [Fact]
    public async Task A_right_that_is_taken_away_ends_the_watch_with_the_servers_words()
    {
        WhenIdle(() =>
        {
            _source.OnList = (_, _) => throw new KubernetesApiException(new KubernetesStatus { Code = 403, Reason = "Forbidden" });
            throw new IOException("reset");
        });
        _source.Write(SampleEvents.Numbered(1));
        var resumed = new List<WatchInterruption>();

        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => WatchAsync(new EventQuery(), new EventWatchOptions { Resumed = resumed.Add }));

        Assert.Equal(403, error.Status.Code);
        // Whoever says so answers: what else is watched is not taken for cut off.
        Assert.Equal("reset", Assert.Single(resumed).Error!.Message);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_an_error_and_no_endless_wait()
    {
        _source.OnList = (_, _) => throw new EventStoreException("refused");

        await Assert.ThrowsAsync<EventStoreException>(() => WatchAsync(new EventQuery()));
    }

    [Fact]
    public async Task Several_namespaces_are_watched_together()
    {
        _source.Write(SampleEvents.Named("first", "a"));
        _source.Write(SampleEvents.Named("first", "b"));
        _source.Write(SampleEvents.Named("first", "c"));

        var seen = await WatchAsync(new EventQuery { Namespaces = ["a", "c"], First = 2 });

        Assert.Equal(["Added first", "Added first"], seen);
        Assert.Equal(["a", "c"], _source.Lists.Select(it => it.Namespace).Order());
    }

    [Fact]
    public async Task The_error_of_one_namespace_ends_the_watch_of_all()
    {
        _source.OnList = (request, _) => request.Namespace == "b" ? throw new KubernetesApiException(new KubernetesStatus { Code = 403 }) : Task.CompletedTask;

        await Assert.ThrowsAsync<KubernetesApiException>(() => WatchAsync(new EventQuery { Namespaces = ["a", "b"] }));
    }

    [Fact]
    public async Task Cancelling_ends_a_watch_that_waits_for_frames()
    {
        using var cancellation = new CancellationTokenSource();
        WhenIdle(cancellation.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WatchAsync(new EventQuery(), cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task A_list_that_breaks_in_the_middle_goes_on_with_the_same_page()
    {
        _source.Write(Enumerable.Range(0, 1200).Select(number => SampleEvents.Numbered(number)));
        var failures = 3;
        _source.OnList = (request, _) => request.Continue is not null && failures-- > 0 ? throw new IOException("reset") : Task.CompletedTask;

        var seen = await WatchAsync(new EventQuery { First = 1200 });

        Assert.Equal(1200, seen.Distinct().Count());
        Assert.Equal(1, _source.FullLists);
    }

    /// <summary>Lets one thing happen each time the watch has told everything.</summary>
    private void WhenIdle(params Action[] happenings) => _source.OnFrame = (isIdle, _) =>
    {
        if (isIdle && _faults < happenings.Length)
            happenings[_faults++]();
        return Task.CompletedTask;
    };

    private async Task<List<string>> WatchAsync(EventQuery query, EventWatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        var seen = new List<string>();
        options = (options ?? new EventWatchOptions()) with { Interruptions = _interruptions };
        await foreach (var (change, item) in new EventWatcher(_source, _time, new Random(7)).WatchAsync(query, options, cancellationToken))
            seen.Add($"{change} {item.Name}");
        return seen;
    }

    private async Task WatchUntilAsync(Func<bool> isEnough)
    {
        using var cancellation = new CancellationTokenSource();
        var onWatch = _source.OnWatch!;
        _source.OnWatch = (request, token) =>
        {
            if (isEnough())
                cancellation.Cancel();
            return onWatch(request, token);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WatchAsync(new EventQuery(), cancellationToken: cancellation.Token));
    }
}
