using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventReaderTests
{
    private readonly InMemoryEventSource _source = new();

    private EventReader Reader => new(_source);

    [Fact]
    public async Task The_first_page_of_a_long_list_is_small_and_the_others_grow_up_to_a_bound()
    {
        Fill(5501);

        var names = await NamesAsync(new EventQuery());

        Assert.Equal(_source.Stored.Select(it => it.Name), names);
        Assert.Equal([500, 1000, 2000, 2000, 2000], _source.Lists.Select(it => it.Limit));
    }

    [Fact]
    public async Task Exactly_one_page_is_fetched_ahead()
    {
        Fill(5500);
        await using var events = Reader.ListAsync(new EventQuery()).GetAsyncEnumerator();

        for (var read = 1; read <= 5500; read++)
        {
            Assert.True(await events.MoveNextAsync());
            Assert.Equal(read switch { <= 500 => 2, <= 1500 => 3, _ => 4 }, _source.Lists.Count);
        }
    }

    [Fact]
    public async Task The_next_page_is_asked_for_while_this_one_is_still_read()
    {
        Fill(600);
        var secondPage = new TaskCompletionSource();
        _source.OnList = (request, _) =>
        {
            if (request.Continue is not null)
                secondPage.SetResult();
            else
                request.ContinueRead!($"{_source.Version}|wire/e.00499");
            return secondPage.Task;
        };

        Assert.Equal(_source.Stored.Select(it => it.Name), await NamesAsync(new EventQuery()));
        Assert.Equal(2, _source.Lists.Count);
    }

    [Fact]
    public async Task A_page_that_broke_is_asked_for_again_although_the_next_one_was_on_its_way()
    {
        Fill(600);
        var broken = false;
        _source.OnList = (request, _) =>
        {
            if (request.Continue is not null || broken)
                return Task.CompletedTask;
            broken = true;
            request.ContinueRead!($"{_source.Version}|wire/e.00499");
            return Task.FromException(new IOException("reset"));
        };
        await using var pager = new ListPager(_source, new EventListRequest { Limit = 500 }, CancellationToken.None);

        await Assert.ThrowsAsync<IOException>(() => pager.NextAsync());

        Assert.Equal("e.00000", (await pager.NextAsync())!.Items[0].Name);
        Assert.Equal("e.00500", (await pager.NextAsync())!.Items[0].Name);
        Assert.Null(await pager.NextAsync());
    }

    [Fact]
    public async Task A_page_that_is_too_large_for_the_way_is_asked_for_as_small_as_the_first()
    {
        Fill(3000);
        _source.OnList = (request, _) => request.Limit > 500 ? Task.FromException(new EventStoreException("No answer within 30 s.")) : Task.CompletedTask;

        Assert.Equal(_source.Stored.Select(it => it.Name), await NamesAsync(new EventQuery()));
        Assert.Equal([500, 1000, 500, 500, 500, 500, 500], _source.Lists.Select(it => it.Limit));
    }

    [Fact]
    public async Task A_page_that_does_not_come_as_small_as_the_first_either_is_an_error()
    {
        Fill(3000);
        _source.OnList = (request, _) => request.Continue is null ? Task.CompletedTask : Task.FromException(new EventStoreException("No answer within 30 s."));

        await Assert.ThrowsAsync<EventStoreException>(() => NamesAsync(new EventQuery()));
        Assert.Equal([500, 1000, 500], _source.Lists.Select(it => it.Limit));
    }

    [Theory]
    [InlineData(501, new[] { 501 })]
    [InlineData(2001, new[] { 2000, 2000 })]
    public async Task As_many_as_are_wanted_are_asked_for_at_a_time(int wanted, int[] limits)
    {
        Fill(3000);

        Assert.Equal(wanted, (await NamesAsync(new EventQuery { First = wanted })).Count);
        Assert.Equal(limits, _source.Lists.Select(it => it.Limit!.Value));
    }

    [Fact]
    public async Task The_first_event_is_there_before_the_second_page()
    {
        Fill(600);
        var secondPage = new TaskCompletionSource();
        _source.OnList = (request, _) => request.Continue is null ? Task.CompletedTask : secondPage.Task;
        await using var events = Reader.ListAsync(new EventQuery()).GetAsyncEnumerator();

        Assert.True(await events.MoveNextAsync());

        secondPage.SetResult();
    }

    [Fact]
    public async Task A_list_that_is_left_early_cancels_the_page_ahead()
    {
        Fill(600);
        var cancelled = false;
        _source.OnList = async (request, cancellation) =>
        {
            if (request.Continue is not null)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ContinueWith(_ => cancelled = true, TaskScheduler.Default);
        };

        await foreach (var _ in Reader.ListAsync(new EventQuery()))
            break;

        Assert.True(cancelled);
    }

    [Fact]
    public async Task The_first_few_are_asked_for_and_no_page_more()
    {
        Fill(100);

        Assert.Equal(["e.00000", "e.00001", "e.00002"], await NamesAsync(new EventQuery { First = 3 }));
        Assert.Equal([3], _source.Lists.Select(it => it.Limit));
    }

    [Fact]
    public async Task The_first_few_that_are_filtered_here_come_from_whole_pages()
    {
        Fill(1000);
        _source.Write(SampleEvents.Numbered(700) with { Reason = "Other" });

        Assert.Equal(["e.00700"], await NamesAsync(new EventQuery { Reasons = ["o*"], First = 1 }));
    }

    [Fact]
    public async Task The_first_few_count_over_all_namespaces()
    {
        Fill(3, "a");
        Fill(3, "b");

        Assert.Equal(4, (await NamesAsync(new EventQuery { Namespaces = ["a", "b"], First = 4 })).Count);
    }

    [Fact]
    public async Task Several_namespaces_are_one_list_each()
    {
        Fill(2, "a");
        Fill(2, "b");
        Fill(2, "c");

        Assert.Equal(4, (await NamesAsync(new EventQuery { Namespaces = ["a", "c"] })).Count);
        Assert.Equal(["a", "c"], _source.Lists.Select(it => it.Namespace));
    }

    [Fact]
    public async Task A_token_that_is_too_old_is_replaced_by_the_one_in_the_answer()
    {
        Fill(1200);
        Forget(withToken: true, atPage: 2);

        var names = await NamesAsync(new EventQuery());

        Assert.Equal(_source.Stored.Select(it => it.Name), names);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Without_a_token_in_the_answer_the_list_starts_again_without_duplicates(int page)
    {
        Fill(2100);
        Forget(withToken: false, page);

        var names = await NamesAsync(new EventQuery());

        Assert.Equal(_source.Stored.Select(it => it.Name), names);
        Assert.Equal(2, _source.FullLists);
    }

    [Fact]
    public async Task Starting_again_knows_that_a_dash_sorts_before_the_slash_behind_a_namespace()
    {
        Fill(300, "a");
        Fill(300, "a-b");
        Fill(300, "b");
        Forget(withToken: false, atPage: 2);

        var read = await ReadAsync(new EventQuery());

        Assert.Equal(_source.Stored.Select(it => it.Uid), read.Select(it => it.Uid));
    }

    [Fact]
    public async Task A_server_whose_tokens_are_always_too_old_is_an_error_and_no_endless_list()
    {
        Fill(5000);
        _source.OnList = (request, _) => request.Continue is null ? Task.CompletedTask : throw new KubernetesApiException(new KubernetesStatus { Code = 410 });

        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => NamesAsync(new EventQuery()));

        Assert.Equal(410, error.Status.Code);
        Assert.Equal(4, _source.FullLists);
    }

    [Fact]
    public async Task An_error_of_the_server_reaches_the_caller()
    {
        _source.OnList = (_, _) => throw new KubernetesApiException(new KubernetesStatus { Code = 403, Reason = "Forbidden" });

        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => NamesAsync(new EventQuery()));

        Assert.Equal(403, error.Status.Code);
    }

    [Fact]
    public async Task Progress_tells_what_was_read_and_what_remains()
    {
        Fill(1200);
        var progress = new CollectedProgress<EventReadProgress>();

        await foreach (var _ in Reader.ListAsync(new EventQuery(), progress))
        {
        }

        Assert.Equal([new EventReadProgress(500, 700) { Oldest = SampleEvents.Noon }, new EventReadProgress(1200, 0) { Oldest = SampleEvents.Noon }], progress.Values);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "b", "c*")]
    public async Task Progress_over_several_namespaces_knows_what_remains_in_the_last_whichever_may_be_read(params string[] namespaces)
    {
        Fill(600, "a");
        Fill(600, "b");
        _source.OnList = (request, _) => request.Namespace is null ? throw ApiErrors.Forbidden("list") : Task.CompletedTask;
        var reader = new EventReader(_source) { Refused = _ => { } };
        var progress = new CollectedProgress<EventReadProgress>();

        await foreach (var _ in reader.ListAsync(new EventQuery { Namespaces = namespaces }, progress))
        {
        }

        Assert.Equal([(500, null), (600, null), (1100, 100), (1200, 0)], progress.Values.Select(it => (it.Read, it.Remaining)));
    }

    [Fact]
    public async Task A_sorted_list_is_ordered_by_last_seen_and_then_by_version_as_a_number()
    {
        var late = _source.Write(SampleEvents.Named("a") with { LastTimestamp = SampleEvents.Noon.AddMinutes(1) });
        Fill(9001);
        var timeless = _source.Write(SampleEvents.Named("z") with { FirstTimestamp = null, LastTimestamp = null });

        var sorted = await Reader.ListSortedAsync(new EventQuery());

        Assert.Equal(timeless.Name, sorted[0].Name);
        Assert.Equal(Enumerable.Range(0, 9001).Select(number => SampleEvents.Numbered(number).Name), sorted.Skip(1).SkipLast(1).Select(it => it.Name));
        Assert.Equal(late.Name, sorted[^1].Name);
    }

    [Fact]
    public async Task The_first_of_a_sorted_list_are_the_first_of_all()
    {
        for (var i = 0; i < 1000; i++)
            _source.Write(SampleEvents.Numbered(i) with { LastTimestamp = SampleEvents.Noon.AddSeconds(-i) });

        var sorted = await Reader.ListSortedAsync(new EventQuery { First = 3 });

        Assert.Equal(["e.00999", "e.00998", "e.00997"], sorted.Select(it => it.Name));
    }

    [Fact]
    public void The_order_of_events_is_total_whatever_their_versions()
    {
        string?[] versions = ["9", "10", "x", "y", null, ""];
        var events = versions.Select(version => SampleEvents.ScaledUp with { ResourceVersion = version }).ToList();

        foreach (var (a, b, c) in from a in events from b in events from c in events select (a, b, c))
        {
            Assert.Equal(Math.Sign(EventOrder.ByLastSeen.Compare(a, b)), -Math.Sign(EventOrder.ByLastSeen.Compare(b, a)));
            if (EventOrder.ByLastSeen.Compare(a, b) <= 0 && EventOrder.ByLastSeen.Compare(b, c) <= 0)
                Assert.True(EventOrder.ByLastSeen.Compare(a, c) <= 0);
        }
    }

    private void Fill(int count, string inNamespace = "wire") =>
        _source.Write(Enumerable.Range(0, count).Select(number => SampleEvents.Numbered(number, inNamespace)));

    /// <summary>Makes the token of a page too old, once.</summary>
    private void Forget(bool withToken, int atPage)
    {
        var pages = 0;
        _source.OnList = (_, _) =>
        {
            if (++pages != atPage)
                return Task.CompletedTask;
            _source.Compact();
            return withToken ? Task.CompletedTask : throw new KubernetesApiException(new KubernetesStatus { Code = 410, Reason = "Expired" });
        };
    }

    private async Task<List<string>> NamesAsync(EventQuery query) => (await ReadAsync(query)).ConvertAll(it => it.Name);

    private async Task<List<KubeEvent>> ReadAsync(EventQuery query)
    {
        var read = new List<KubeEvent>();
        await foreach (var item in Reader.ListAsync(query))
            read.Add(item);
        return read;
    }
}
