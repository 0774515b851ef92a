using EventRecording.Sandbox;
using static EventRecording.Contract.ContractEvents;

namespace EventRecording.Contract;

/// <summary>What every <see cref="IEventSource"/> does. One class for each implementation says how to make one; what cannot happen to it is overridden with the reason.</summary>
public abstract class EventSourceContract
{
    // Only a hung test takes as long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected abstract Task<ContractStore> OpenAsync(ContractSetup setup);

    private Task<ContractStore> OpenAsync() => OpenAsync(new ContractSetup());

    [Theory]
    [MemberData(nameof(Groups), MemberType = typeof(ContractEvents))]
    public virtual async Task A_list_has_the_events_of_both_groups_in_the_group_it_asks_through(string apiVersion)
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, "redis.1");
        await store.Sink.CreateAsync(Event(store, "redis.2", EventApiVersion.EventsV1), default);
        var page = await ListAsync(store, request => request with { ApiVersion = apiVersion });
        Assert.Equal(["redis.1", "redis.2"], page.Items.Select(item => item.Name).Order(StringComparer.Ordinal));
        Assert.All(page.Items, item => Assert.Equal((apiVersion, "replicas: 1 -> 3", "redis"), (item.ApiVersion, item.Message, item.InvolvedObject.Name)));
        Assert.Null(page.Continue);
        Assert.NotEmpty(page.ResourceVersion);
    }

    [Fact]
    public virtual async Task An_empty_list_has_a_version_to_watch_from()
    {
        await using var store = await OpenAsync();
        var page = await ListAsync(store);
        Assert.Empty(page.Items);
        await WriteAsync(store, "redis.1");
        Assert.Equal("redis.1", Assert.Single(await WatchAsync(store, page.ResourceVersion, 1)).Event!.Name);
    }

    [Fact]
    public virtual async Task A_list_without_a_namespace_is_one_of_all()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, "redis.1");
        var page = await store.Source.ListAsync(new EventListRequest(), default);
        Assert.Contains(page.Items, item => item.Namespace == store.Namespace && item.Name == "redis.1");
        Assert.Empty((await ListAsync(store, request => request with { Namespace = "nowhere" })).Items);
    }

    [Theory]
    [InlineData("reason=Chosen", null)]
    [InlineData("type=Normal,reason=Chosen", null)]
    [InlineData("reason!=ScaledUp", null)]
    [InlineData(null, "for=redis.2")]
    [InlineData(null, "app=redis,for!=redis.1,for!=redis.3")]
    public virtual async Task Selectors_choose(string? fields, string? labels)
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, "redis.1");
        await store.Sink.CreateAsync(Event(store, "redis.2", reason: "Chosen"), default);
        await WriteAsync(store, "redis.3");
        var page = await ListAsync(store, request => request with { FieldSelector = fields, LabelSelector = labels });
        Assert.Equal("redis.2", Assert.Single(page.Items).Name);
    }

    [Fact]
    public virtual async Task Pages_follow_each_other_and_hide_what_is_written_meanwhile()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, "redis.1", "redis.2", "redis.3", "redis.4", "redis.5");
        string? told = null;
        var first = await ListAsync(store, request => request with { Limit = 2, ContinueRead = token => told = token });
        Assert.Contains(told, (string?[])[first.Continue, null]);
        await WriteAsync(store, "redis.6");
        var second = await ListAsync(store, request => request with { Limit = 2, Continue = first.Continue });
        var third = await ListAsync(store, request => request with { Limit = 2, Continue = second.Continue });
        Assert.Equal([2, 2, 1], [first.Items.Count, second.Items.Count, third.Items.Count]);
        Assert.Equal(["redis.1", "redis.2", "redis.3", "redis.4", "redis.5"], Names(first, second, third));
        Assert.Equal([first.ResourceVersion, first.ResourceVersion], [second.ResourceVersion, third.ResourceVersion]);
        Assert.Null(third.Continue);
        Assert.Contains(first.RemainingItemCount, (long?[])[3, null]);
    }

    [Fact]
    public virtual async Task A_token_that_is_too_old_is_410_and_tells_the_one_to_go_on_with()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, "redis.1", "redis.2", "redis.3");
        var first = await ListAsync(store, request => request with { Limit = 2 });
        await WriteAsync(store, "redis.4");
        store.Compact();
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(store, request => request with { Limit = 2, Continue = first.Continue }));
        Assert.Equal(410, error.Status.Code);
        var rest = await ListAsync(store, request => request with { Limit = 2, Continue = error.Status.Continue });
        Assert.Equal(["redis.1", "redis.2", "redis.3", "redis.4"], Names(first, rest));
    }

    [Theory]
    [MemberData(nameof(Groups), MemberType = typeof(ContractEvents))]
    public virtual async Task A_watch_tells_what_happens_after_its_version(string apiVersion)
    {
        await using var store = await OpenAsync();
        var before = await WriteAsync(store, "redis.0");
        var created = await WriteAsync(store, "redis.1");
        var counted = await store.Sink.PatchAsync(Patch(created) with { Count = 2 }, default);
        await store.DeleteAsync(created);

        var frames = await WatchAsync(store, before.ResourceVersion!, 3, request => request with { ApiVersion = apiVersion });

        Assert.Equal([WatchFrameType.Added, WatchFrameType.Modified, WatchFrameType.Deleted], frames.Select(frame => frame.Type));
        Assert.All(frames, frame => Assert.Equal((apiVersion, "redis.1", "replicas: 1 -> 3"), (frame.Event!.ApiVersion, frame.Event.Name, frame.Event.Message)));
        Assert.Equal([created.ResourceVersion, counted.ResourceVersion], frames.Take(2).Select(frame => frame.ResourceVersion));
        Assert.Equal(2, frames[1].Event!.Count);
        Assert.All(frames, frame => Assert.Null(frame.Status));
    }

    [Fact]
    public virtual async Task A_watch_tells_what_happens_while_it_runs()
    {
        await using var store = await OpenAsync();
        var version = await VersionAsync(store);
        using var patience = new CancellationTokenSource(Patience);
        var frames = store.Source.WatchAsync(ContractEvents.Watch(store, version), patience.Token).GetAsyncEnumerator(patience.Token);
        foreach (var name in (string[])["redis.1", "redis.2"])
        {
            var next = NextEventAsync(frames);
            await WriteAsync(store, name);
            Assert.Equal(name, (await next).Event!.Name);
        }

        await frames.DisposeAsync();
    }

    [Fact]
    public virtual async Task A_quiet_watch_is_told_to_be_open()
    {
        await using var store = await OpenAsync();
        var opened = new TaskCompletionSource();
        var request = ContractEvents.Watch(store, await VersionAsync(store)) with { Opened = () => opened.TrySetResult() };
        using var cancellation = new CancellationTokenSource();
        var frames = store.Source.WatchAsync(request, cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        var next = NextEventAsync(frames);
        await opened.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Patience));
        await frames.DisposeAsync();
    }

    [Fact]
    public virtual async Task A_watch_that_is_refused_was_never_open()
    {
        await using var store = await OpenAsync();
        var version = await VersionAsync(store);
        store.Server.Faults.Next(Fault.TooManyRequests(TimeSpan.Zero));
        var opened = false;
        await Assert.ThrowsAsync<KubernetesApiException>(() => WatchToTheEndAsync(store, version, request => request with { Opened = () => opened = true }));
        Assert.False(opened);
    }

    [Fact]
    public virtual async Task A_watch_goes_on_from_the_version_of_any_frame()
    {
        await using var store = await OpenAsync();
        var version = await VersionAsync(store);
        await WriteAsync(store, "redis.1", "redis.2", "redis.3");
        var first = await WatchAsync(store, version, 2);
        await WriteAsync(store, "redis.4");
        var rest = await WatchAsync(store, first[1].ResourceVersion!, 2);
        Assert.Equal(["redis.1", "redis.2", "redis.3", "redis.4"], first.Concat(rest).Select(frame => frame.Event!.Name));
    }

    [Fact]
    public virtual async Task A_watch_has_what_its_selectors_choose()
    {
        await using var store = await OpenAsync();
        var version = await VersionAsync(store);
        await WriteAsync(store, "redis.1");
        await store.Sink.CreateAsync(Event(store, "redis.2", reason: "Chosen"), default);
        await WriteAsync(store, "redis.3");
        var byField = await WatchAsync(store, version, 1, request => request with { FieldSelector = "reason=Chosen" });
        var byLabel = await WatchAsync(store, version, 1, request => request with { LabelSelector = "for=redis.3", Namespace = null });
        Assert.Equal(["redis.2", "redis.3"], byField.Concat(byLabel).Select(frame => frame.Event!.Name));
    }

    [Fact]
    public virtual async Task A_version_that_is_too_old_is_an_error_frame_with_410()
    {
        await using var store = await OpenAsync();
        var version = await ForgottenVersionAsync(store);
        var frame = Assert.Single(await WatchToTheEndAsync(store, version));
        Assert.Equal((WatchFrameType.Error, 410), (frame.Type, frame.Status?.Code));
        Assert.Null(frame.Event);
    }

    [Fact]
    public virtual async Task A_version_that_is_too_old_is_an_answer_with_410_elsewhere()
    {
        await using var store = await OpenAsync(new ContractSetup { TooOld = TooOld.Status });
        var version = await ForgottenVersionAsync(store);
        Assert.Equal(410, (await Assert.ThrowsAsync<KubernetesApiException>(() => WatchToTheEndAsync(store, version))).Status.Code);
    }

    [Fact]
    public virtual async Task A_watch_that_the_server_ends_without_a_frame_has_none()
    {
        await using var store = await OpenAsync(new ContractSetup { TooOld = TooOld.EndWithoutFrame });
        Assert.Empty(await WatchToTheEndAsync(store, await ForgottenVersionAsync(store)));
    }

    [Fact]
    public virtual async Task A_watch_ends_when_its_time_is_over()
    {
        await using var store = await OpenAsync();
        var version = await VersionAsync(store);
        await WriteAsync(store, "redis.1");
        // Less than a second is one: servers count in whole ones, and none is their own choice.
        var frames = await WatchToTheEndAsync(store, version, request => request with { Timeout = TimeSpan.FromMilliseconds(1) });
        Assert.Equal("redis.1", Assert.Single(frames, frame => frame.Type != WatchFrameType.Bookmark).Event!.Name);
    }

    [Fact]
    public virtual async Task A_bookmark_has_a_version_and_no_event()
    {
        await using var store = await OpenAsync(new ContractSetup { BookmarkInterval = TimeSpan.FromMilliseconds(20) });
        var written = await WriteAsync(store, "redis.1");
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var frame in store.Source.WatchAsync(ContractEvents.Watch(store, written.ResourceVersion!), patience.Token))
        {
            Assert.Equal((WatchFrameType.Bookmark, written.ResourceVersion), (frame.Type, frame.ResourceVersion));
            Assert.Null(frame.Event);
            break;
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public virtual async Task A_watch_that_is_cut_has_its_whole_frames_and_then_an_error(int line, bool byReset)
    {
        await using var store = await OpenAsync();
        var version = await VersionAsync(store);
        await WriteAsync(store, "redis.1", "redis.2");
        store.Server.Faults.Next(byReset ? Fault.ResetLine(line) : Fault.CutLine(line), request => request.Verb == "watch");
        var frames = new List<WatchFrame>();
        var error = await Assert.ThrowsAnyAsync<EventStoreException>(() => WatchToTheEndAsync(store, version, frames: frames));
        Assert.True(error.IsTransient);
        Assert.True(frames.Count <= line - 1, "a frame that was cut came through");
        if (!byReset)
            Assert.Equal(line - 1, frames.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public virtual async Task Who_cancels_a_quiet_watch_is_free_at_once(bool behindAFrame)
    {
        await using var store = await OpenAsync();
        var version = await VersionAsync(store);
        if (behindAFrame)
            await WriteAsync(store, "redis.1");
        using var cancellation = new CancellationTokenSource();
        var frames = store.Source.WatchAsync(ContractEvents.Watch(store, version), cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        if (behindAFrame)
            Assert.Equal("redis.1", (await NextEventAsync(frames)).Event!.Name);
        var next = NextEventAsync(frames);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Patience));
        await frames.DisposeAsync();
    }

    [Fact]
    public virtual async Task Who_cancels_a_list_that_stalls_is_free_at_once()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, "redis.1", "redis.2");
        store.Server.Faults.Next(Fault.StallBody(500));
        using var cancellation = new CancellationTokenSource();
        var list = store.Source.ListAsync(new EventListRequest { Namespace = store.Namespace }, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => list.WaitAsync(Patience));
    }

    [Fact]
    public virtual async Task A_list_that_does_not_come_in_time_is_no_cancellation()
    {
        await using var store = await OpenAsync(new ContractSetup { RequestTimeout = TimeSpan.FromMilliseconds(300) });
        store.Server.Faults.Next(Fault.Hang());
        Assert.True((await Assert.ThrowsAnyAsync<EventStoreException>(() => ListAsync(store).WaitAsync(Patience))).IsTransient);
    }

    [Fact]
    public virtual async Task Half_a_list_is_an_error()
    {
        await using var store = await OpenAsync();
        await WriteAsync(store, "redis.1", "redis.2");
        store.Server.Faults.Next(Fault.CutBody(1000));
        await Assert.ThrowsAnyAsync<EventStoreException>(() => ListAsync(store));
    }

    [Fact]
    public virtual async Task Where_nobody_listens_nothing_was_sent()
    {
        await using var store = await OpenAsync();
        store.Server.RefuseConnections();
        store.Server.Faults.Always(Fault.Refuse());
        Assert.True((await Assert.ThrowsAnyAsync<EventStoreException>(() => ListAsync(store))).WasNotSent);
        Assert.True((await Assert.ThrowsAnyAsync<EventStoreException>(() => WatchToTheEndAsync(store, "1"))).WasNotSent);
    }

    [Fact]
    public virtual async Task A_right_that_a_role_lacks_is_403_and_told_apart()
    {
        await using var store = await OpenAsync();
        store.User.Rules = [new(["create"], ["*"], ["*"])];
        var list = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(store));
        var watch = await Assert.ThrowsAsync<KubernetesApiException>(() => WatchToTheEndAsync(store, "1"));
        Assert.Equal([(true, "list"), (true, "watch")], new[] { list, watch }.Select(error => (error.Status.IsForbiddenByRole, error.Status.Denial?.Verb)));
    }

    [Fact]
    public virtual async Task The_page_of_a_proxy_is_its_code()
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Always(Fault.Answer(503, "text/html", "<html><body>no backend</body></html>"));
        Assert.Equal(503, (await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(store))).Status.Code);
        Assert.Equal(503, (await Assert.ThrowsAsync<KubernetesApiException>(() => WatchToTheEndAsync(store, "1"))).Status.Code);
    }

    [Fact]
    public virtual async Task Another_group_than_the_two_is_an_error()
    {
        await using var store = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(store, request => request with { ApiVersion = "apps/v1" }));
        await Assert.ThrowsAsync<ArgumentException>(() => WatchToTheEndAsync(store, "1", request => request with { ApiVersion = "apps/v1" }));
    }

    private static async Task<KubeEvent> WriteAsync(ContractStore store, params string[] names)
    {
        KubeEvent? last = null;
        foreach (var name in names)
            last = await store.Sink.CreateAsync(Event(store, name), default);
        return last!;
    }

    private static Task<EventPage> ListAsync(ContractStore store, Func<EventListRequest, EventListRequest>? choose = null)
    {
        var request = new EventListRequest { Namespace = store.Namespace };
        return store.Source.ListAsync(choose?.Invoke(request) ?? request, default).AsTask();
    }

    /// <summary>So many frames, bookmarks left out; then the watch is left.</summary>
    private static async Task<List<WatchFrame>> WatchAsync(ContractStore store, string version, int count, Func<EventWatchRequest, EventWatchRequest>? choose = null)
    {
        var frames = new List<WatchFrame>();
        var request = ContractEvents.Watch(store, version);
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var frame in store.Source.WatchAsync(choose?.Invoke(request) ?? request, patience.Token))
        {
            if (frame.Type != WatchFrameType.Bookmark)
                frames.Add(frame);
            if (frames.Count == count)
                break;
        }

        return frames;
    }

    private static async Task<List<WatchFrame>> WatchToTheEndAsync(
        ContractStore store, string version, Func<EventWatchRequest, EventWatchRequest>? choose = null, List<WatchFrame>? frames = null)
    {
        frames ??= [];
        var request = ContractEvents.Watch(store, version);
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var frame in store.Source.WatchAsync(choose?.Invoke(request) ?? request, patience.Token))
            frames.Add(frame);
        return frames;
    }

    private static async Task<WatchFrame> NextEventAsync(IAsyncEnumerator<WatchFrame> frames)
    {
        do
            Assert.True(await frames.MoveNextAsync(), "the watch ended");
        while (frames.Current.Type == WatchFrameType.Bookmark);
        return frames.Current;
    }

    private static async Task<string> ForgottenVersionAsync(ContractStore store)
    {
        var version = await VersionAsync(store);
        await WriteAsync(store, "redis.1", "redis.2");
        store.Compact();
        return version;
    }

    private static string[] Names(params EventPage[] pages) => pages.SelectMany(page => page.Items).Select(item => item.Name).ToArray();
}
