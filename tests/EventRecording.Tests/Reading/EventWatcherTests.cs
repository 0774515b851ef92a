using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventWatcherTests
{
    private readonly WatcherBench _bench = new();

    [Fact]
    public async Task A_watch_tells_what_is_there_and_then_what_comes()
    {
        _bench.Source.Write([SampleEvents.Numbered(1), SampleEvents.Numbered(2)]);
        _bench.WhenIdle(
            () => _bench.Source.Write(SampleEvents.Numbered(3)),
            () => _bench.Source.Write(SampleEvents.Numbered(1) with { CoreCount = 2 }));

        Assert.Equal(
            ["Added e.00001", "Added e.00002", "Added e.00003", "Modified e.00001"],
            await _bench.WatchAsync(new EventQuery { First = 4 }));
    }

    [Fact]
    public async Task Only_new_ones_are_told_where_that_is_wanted()
    {
        _bench.Source.Write(Enumerable.Range(0, 1200).Select(number => SampleEvents.Numbered(number)));
        _bench.WhenIdle(() => _bench.Source.Write(SampleEvents.Numbered(7) with { CoreCount = 2 }));

        Assert.Equal(["Modified e.00007"], await _bench.WatchAsync(new EventQuery { First = 1 }, new EventWatchOptions { NewOnly = true }));
        Assert.Single(_bench.Source.Lists);
    }

    [Fact]
    public async Task What_was_there_is_told_from_what_happens_also_while_another_namespace_is_read_and_where_all_is_listed_again()
    {
        _bench.Source.Write(SampleEvents.Named("there", "a"));
        var seen = new List<string>();
        var second = new TaskCompletionSource();
        _bench.Source.OnList = (request, _) => request.Namespace == "b" ? second.Task : Task.CompletedTask;
        _bench.WhenIdle(
            () => _bench.Source.Write(SampleEvents.Named("new", "a")),
            () =>
            {
                _bench.Source.Write(SampleEvents.Named("missed", "a"));
                _bench.Source.Compact();
                throw new IOException("reset");
            });

        await foreach (var watched in _bench.Watcher.WatchAsync(new EventQuery { Namespaces = ["a", "b"], First = 4 }))
        {
            seen.Add($"{watched.Event.Name} {watched.WasThere}");
            if (seen.Count == 3)
            {
                _bench.Source.Write(SampleEvents.Named("there-too", "b"));
                second.SetResult();
            }
        }

        Assert.Equal(["there True", "new False", "missed False", "there-too True"], seen);
    }

    [Fact]
    public async Task An_event_that_starts_to_match_appears()
    {
        _bench.Source.Write(SampleEvents.Numbered(1));
        _bench.WhenIdle(() => _bench.Source.Write(SampleEvents.Numbered(1) with { Type = EventType.Warning }));

        Assert.Equal(["Added e.00001"], await _bench.WatchAsync(new EventQuery { Types = ["Warning"], First = 1 }));
    }

    /// <summary>So that it counts as often as it was counted up, whichever of the two tells it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_that_starts_to_match_was_changed_also_where_all_is_listed_again(bool listsAgain)
    {
        _bench.Source.Write(SampleEvents.Numbered(1) with { CoreCount = 1172, LastTimestamp = SampleEvents.Noon.AddHours(-1) });
        _bench.WhenIdle(() =>
        {
            _bench.Source.Write(SampleEvents.Numbered(1) with { CoreCount = 1173, LastTimestamp = SampleEvents.Noon });
            if (!listsAgain)
                return;
            _bench.Source.Compact();
            throw new IOException("reset");
        });

        Assert.Equal(["Modified e.00001"], await _bench.WatchAsync(new EventQuery { Since = SampleEvents.Noon.AddMinutes(-10), First = 1 }));
    }

    [Fact]
    public async Task An_event_that_stops_matching_is_not_taken_for_deleted()
    {
        var first = _bench.Source.Write(SampleEvents.Numbered(1) with { Type = EventType.Warning });
        var second = _bench.Source.Write(SampleEvents.Numbered(2) with { Type = EventType.Warning });
        _bench.WhenIdle(
            () => _bench.Source.Write(first with { Type = EventType.Normal }),
            () => _bench.Source.Delete(second));

        Assert.Equal(
            ["Added e.00001", "Added e.00002", "Deleted e.00002"],
            await _bench.WatchAsync(new EventQuery { Types = ["Warning"], First = 3 }, new EventWatchOptions { IncludeDeleted = true }));
    }

    [Fact]
    public async Task Deletions_are_not_told_unless_asked_for()
    {
        var first = _bench.Source.Write(SampleEvents.Numbered(1));
        _bench.WhenIdle(() => _bench.Source.Delete(first), () => _bench.Source.Write(SampleEvents.Numbered(2)));

        Assert.Equal(["Added e.00001", "Added e.00002"], await _bench.WatchAsync(new EventQuery { First = 2 }));
    }

    [Fact]
    public async Task A_watch_that_is_closed_resumes_from_the_last_version()
    {
        _bench.WhenIdle(
            () => _bench.Source.Write(SampleEvents.Numbered(1)),
            () => throw new WatchEnds(),
            () => _bench.Source.Write(SampleEvents.Numbered(2)));

        Assert.Equal(["Added e.00001", "Added e.00002"], await _bench.WatchAsync(new EventQuery { First = 2 }));
        Assert.Equal(["1000", "1001"], _bench.Source.Watches.Select(it => it.ResourceVersion));
        Assert.Equal(1, _bench.Source.FullLists);
    }

    [Theory]
    [InlineData(nameof(GoneAnswer.Frame))]
    [InlineData(nameof(GoneAnswer.Status))]
    [InlineData(nameof(GoneAnswer.Close))]
    public async Task A_version_that_is_gone_costs_one_list_and_nothing_is_told_twice(string answer)
    {
        _bench.Source.Gone = Enum.Parse<GoneAnswer>(answer);
        _bench.Source.Write(SampleEvents.Numbered(1));
        _bench.WhenIdle(() =>
        {
            _bench.Source.Write(SampleEvents.Numbered(2));
            _bench.Source.Compact();
            throw new IOException("reset");
        });

        Assert.Equal(["Added e.00001", "Added e.00002"], await _bench.WatchAsync(new EventQuery { First = 2 }));
        Assert.Equal(2, _bench.Source.FullLists);
    }

    [Fact]
    public async Task A_server_that_always_closes_at_once_is_asked_ever_more_slowly()
    {
        _bench.Source.OnWatch = (_, _) => throw new WatchEnds();
        var watching = WatchUntilAsync(() => _bench.Source.Watches.Count == 50);

        await watching;

        Assert.Equal(48, _bench.Time.Waits.Count);
        Assert.All(_bench.Time.Waits.Skip(10), wait => Assert.InRange(wait, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_ends_each_watch_after_a_frame_is_asked_once_a_second(bool byClose)
    {
        var ends = Enumerable.Range(0, 20).SelectMany(number => new Action[]
        {
            () => _bench.Source.Write(SampleEvents.Numbered(number)),
            () => throw (byClose ? new WatchEnds() : new IOException("reset")),
        });
        _bench.WhenIdle([.. ends, () => _bench.Source.Write(SampleEvents.Numbered(20))]);

        await _bench.WatchAsync(new EventQuery { First = 21 });

        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(1), 20), _bench.Time.Waits);
    }

    [Fact]
    public async Task A_watch_that_lasted_a_second_goes_on_at_once()
    {
        _bench.WhenIdle(
            () => _bench.Source.Write(SampleEvents.Numbered(1)),
            () =>
            {
                _bench.Time.Advance(TimeSpan.FromSeconds(1));
                throw new IOException("reset");
            },
            () => _bench.Source.Write(SampleEvents.Numbered(2)));

        await _bench.WatchAsync(new EventQuery { First = 2 });

        Assert.Empty(_bench.Time.Waits);
    }

    [Fact]
    public async Task A_server_whose_versions_went_back_is_listed_again_and_told_once()
    {
        var backup = _bench.Source.Backup();
        _bench.Source.Write([SampleEvents.Numbered(1), SampleEvents.Numbered(2)]);
        _bench.WhenIdle(
            () =>
            {
                _bench.Source.Restore(backup);
                _bench.Source.Write(SampleEvents.Numbered(3));
                throw new IOException("reset");
            },
            () => _bench.Source.Write(SampleEvents.Numbered(4)));

        Assert.Equal(["Added e.00001", "Added e.00002", "Added e.00003", "Added e.00004"], await _bench.WatchAsync(new EventQuery { First = 4 }));
    }

    [Fact]
    public async Task A_connection_that_is_dead_is_given_up_after_the_servers_timeout()
    {
        _bench.WhenIdle(
            () => _bench.Time.Advance(_bench.Source.Watches[0].Timeout!.Value + TimeSpan.FromSeconds(31)),
            () => _bench.Source.Write(SampleEvents.Numbered(1)));

        Assert.Equal(["Added e.00001"], await _bench.WatchAsync(new EventQuery { First = 1 }));
        Assert.Contains(_bench.Interruptions.Values, it => it is { ListsAgain: false, Error: TimeoutException });
    }

    [Fact]
    public async Task A_connection_on_which_frames_come_is_not_dead()
    {
        _bench.WhenIdle(Enumerable.Range(1, 10).Select(number => (Action)(() =>
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(4));
            _bench.Source.Write(SampleEvents.Numbered(number));
        })).ToArray());

        Assert.Equal(10, (await _bench.WatchAsync(new EventQuery { First = 10 })).Count);
        Assert.Single(_bench.Source.Watches);
    }

    [Fact]
    public async Task A_reader_that_takes_its_time_is_no_silence_of_the_server()
    {
        _bench.WhenIdle(Enumerable.Range(1, 3).Select(number => (Action)(() => _bench.Source.Write(SampleEvents.Numbered(number)))).ToArray());
        var onFrame = _bench.Source.OnFrame!;
        _bench.Source.OnFrame = (isIdle, token) =>
        {
            token.ThrowIfCancellationRequested();
            return onFrame(isIdle, token);
        };

        await foreach (var _ in _bench.Watcher.WatchAsync(new EventQuery { First = 3 }, new EventWatchOptions { Interruptions = _bench.Interruptions }))
            _bench.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Empty(_bench.Interruptions.Values);
        Assert.Single(_bench.Source.Watches);
    }

    [Fact]
    public async Task The_servers_timeouts_are_spread()
    {
        _bench.WhenIdle([.. Enumerable.Repeat<Action>(() => throw new WatchEnds(), 20), () => _bench.Source.Write(SampleEvents.Numbered(1))]);
        _bench.Source.OnWatch = (_, _) =>
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(3));
            return Task.CompletedTask;
        };

        await _bench.WatchAsync(new EventQuery { First = 1 });

        Assert.All(_bench.Source.Watches, it => Assert.InRange(it.Timeout!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6)));
        Assert.True(_bench.Source.Watches.Select(it => it.Timeout).Distinct().Count() > 10);
    }

    [Fact]
    public async Task An_error_without_a_code_lists_again()
    {
        _bench.WhenIdle(
            () => _bench.Source.Write(SampleEvents.Numbered(1)),
            () => throw new ErrorFrame(new KubernetesStatus { Message = "5" }),
            () => _bench.Source.Write(SampleEvents.Numbered(2)));

        Assert.Equal(["Added e.00001", "Added e.00002"], await _bench.WatchAsync(new EventQuery { First = 2 }));
        Assert.Equal("The API server answered with an error: 5", Assert.Single(_bench.Interruptions.Values).Error!.Message);
        Assert.Equal(2, _bench.Source.FullLists);
    }

    [Fact]
    public async Task A_right_that_is_taken_away_ends_the_watch_with_the_servers_words()
    {
        _bench.WhenIdle(() =>
        {
            _bench.Source.OnList = (_, _) => throw new KubernetesApiException(new KubernetesStatus { Code = 403, Reason = "Forbidden" });
            throw new IOException("reset");
        });
        _bench.Source.Write(SampleEvents.Numbered(1));
        var resumed = new List<WatchInterruption>();

        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => _bench.WatchAsync(new EventQuery(), new EventWatchOptions { Resumed = resumed.Add }));

        Assert.Equal(403, error.Status.Code);
        // Whoever says so answers: what else is watched is not taken for cut off.
        Assert.Equal("reset", Assert.Single(resumed).Error!.Message);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_an_error_and_no_endless_wait()
    {
        _bench.Source.OnList = (_, _) => throw new EventStoreException("refused");

        await Assert.ThrowsAsync<EventStoreException>(() => _bench.WatchAsync(new EventQuery()));
    }

    [Fact]
    public async Task Several_namespaces_are_watched_together()
    {
        _bench.Source.Write(SampleEvents.Named("first", "a"));
        _bench.Source.Write(SampleEvents.Named("first", "b"));
        _bench.Source.Write(SampleEvents.Named("first", "c"));

        var seen = await _bench.WatchAsync(new EventQuery { Namespaces = ["a", "c"], First = 2 });

        Assert.Equal(["Added first", "Added first"], seen);
        Assert.Equal(["a", "c"], _bench.Source.Lists.Select(it => it.Namespace).Order());
    }

    [Fact]
    public async Task The_error_of_one_namespace_ends_the_watch_of_all()
    {
        _bench.Source.OnList = (request, _) => request.Namespace == "b" ? throw new KubernetesApiException(new KubernetesStatus { Code = 403 }) : Task.CompletedTask;

        await Assert.ThrowsAsync<KubernetesApiException>(() => _bench.WatchAsync(new EventQuery { Namespaces = ["a", "b"] }));
    }

    [Fact]
    public async Task Cancelling_ends_a_watch_that_waits_for_frames()
    {
        using var cancellation = new CancellationTokenSource();
        _bench.WhenIdle(cancellation.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.WatchAsync(new EventQuery(), cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task A_list_that_breaks_in_the_middle_goes_on_with_the_same_page()
    {
        _bench.Source.Write(Enumerable.Range(0, 1200).Select(number => SampleEvents.Numbered(number)));
        var failures = 3;
        _bench.Source.OnList = (request, _) => request.Continue is not null && failures-- > 0 ? throw new IOException("reset") : Task.CompletedTask;

        var seen = await _bench.WatchAsync(new EventQuery { First = 1200 });

        Assert.Equal(1200, seen.Distinct().Count());
        Assert.Equal(1, _bench.Source.FullLists);
    }

    private async Task WatchUntilAsync(Func<bool> isEnough)
    {
        using var cancellation = new CancellationTokenSource();
        var onWatch = _bench.Source.OnWatch!;
        _bench.Source.OnWatch = (request, token) =>
        {
            if (isEnough())
                cancellation.Cancel();
            return onWatch(request, token);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.WatchAsync(new EventQuery(), cancellationToken: cancellation.Token));
    }
}
