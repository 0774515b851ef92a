using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class EventWatchingTests : IAsyncTeardown
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly CmdletBench _bench = new();
    private readonly EventRecorder _recorder;

    public EventWatchingTests() => _recorder = _bench.Session.Broadcaster.NewRecorder("test");

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_is_there_comes_first_then_what_is_new_or_counted_up()
    {
        var redis = _bench.Redis("my-op-redis");
        await RecordAsync(redis, "There");
        var watch = Start(new EventFilter { First = 3 }, newOnly: false, out var seen);
        await seen.Task;
        await RecordAsync(redis, "New");
        await RecordAsync(redis, "New");
        await watch;
        Assert.Equal([("There", 1), ("New", 1), ("New", 2)], _bench.Events.Select(it => (it.Reason!, it.Count)));
        Assert.Empty(_bench.Errors);
    }

    [Theory]
    [InlineData(true, 5, 10)]
    [InlineData(false, 15, 20)]
    public async Task What_is_told_once_is_told_with_how_often_it_happened_also_where_what_was_there_is_skipped(bool newOnly, int minCount, int sinceLast)
    {
        PutCounted("ScaledUp", 10);
        var pump = new MessagePump(message =>
        {
            _bench.Messages.Add(message);
            if (message is not VerboseMessage { Text: "What is there was read; what happens from now on follows." })
                return;
            PutCounted("ScaledUp", 20);
            PutCounted("Last", 20);
        });
        var watching = new EventWatching([_bench.Session], pump) { Repeats = new EventRepeatFilter(TimeSpan.FromHours(1), minCount) };
        await Task.Run(() => pump.Run(watching.RunAsync(new EventFilter { First = 1 }, newOnly, null, default), default));
        var told = Assert.Single(_bench.Messages.OfType<EventMessage>());
        Assert.Equal(("ScaledUp", sinceLast), (told.Event.Reason, told.SinceLast));
    }

    [Fact]
    public async Task What_comes_to_be_owned_while_it_watches_is_followed_to_any_depth()
    {
        var owner = _bench.Redis("my-op-redis");
        await RecordAsync(owner, "There");
        var watch = Start(new EventFilter { For = [new KnownTarget(owner, owner)], IncludeOwned = true, First = 4 }, newOnly: false, out var seen);
        await seen.Task;
        var child = PutOwned("child", owner);
        var grandchild = PutOwned("grandchild", child);
        await RecordAsync(grandchild, "OfTheGrandchild");
        await RecordAsync(_bench.Redis("stranger"), "OfAStranger");
        await RecordAsync(PutOwned("ward", _bench.Redis("other")), "OfAWard");
        await RecordAsync(child, "OfTheChild");
        await RecordAsync(owner, "Last");
        await watch;
        Assert.Equal(["There", "OfTheGrandchild", "OfTheChild", "Last"], _bench.Events.Select(it => it.Reason));
    }

    /// <summary>Of what is there, an object that had the name before has its own events; what of it comes later is as little meant.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_name_means_whatever_has_it_now_or_later(bool includeOwned)
    {
        var redis = _bench.Redis("my-op-redis");
        var former = redis with { Uid = "of-a-namesake-that-is-gone" };
        await RecordAsync(former, "Old");
        await RecordAsync(redis, "There");
        var watch = Start(new EventFilter { For = [new NamedTarget("rd/my-op-redis")], IncludeOwned = includeOwned, First = includeOwned ? 5 : 4 }, newOnly: false, out var seen);
        await seen.Task;
        var anew = _bench.Redis("my-op-redis", uid: "made-anew");
        await RecordAsync(former, "Old");
        await RecordAsync(anew, "OfTheNewOne");
        if (includeOwned)
        {
            await RecordAsync(PutOwned("ward-of-former", former), "OfAStranger");
            await RecordAsync(PutOwned("child", anew), "OfItsChild");
        }

        await RecordAsync(redis, "OfTheOldOne");
        await RecordAsync(anew with { Uid = null }, "Last");
        await watch;
        Assert.Equal(["There", "OfTheNewOne", .. includeOwned ? ["OfItsChild"] : Array.Empty<string>(), "OfTheOldOne", "Last"], _bench.Events.Select(it => it.Reason));
        Assert.Equal(3, _bench.Sandbox.Requests.Count(request => request.Name == "my-op-redis"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_comes_late_of_an_object_that_had_the_name_before_is_not_told(bool includeOwned)
    {
        var redis = _bench.Redis("my-op-redis");
        await RecordAsync(redis, "There");
        var watch = Start(new EventFilter { For = [new NamedTarget("rd/my-op-redis")], IncludeOwned = includeOwned, First = 2 }, newOnly: false, out var seen);
        await seen.Task;
        await RecordAsync(redis with { Uid = "of-a-namesake-that-is-gone" }, "Late");
        await RecordAsync(redis with { Uid = "of-a-namesake-that-is-gone" }, "LateAgain");
        await RecordAsync(redis, "Last");
        await watch;
        Assert.Equal(["There", "Last"], _bench.Events.Select(it => it.Reason));
        Assert.Equal(2, _bench.Sandbox.Requests.Count(request => request.Name == "my-op-redis"));
    }

    /// <summary>As a Service of Knative owns one of the core group.</summary>
    [Fact]
    public async Task What_is_owned_and_has_kind_and_name_of_its_owner_is_no_former_one()
    {
        DefineAnotherRedis();
        var owner = _bench.Redis("my-op-redis");
        await RecordAsync(owner, "There");
        var watch = Start(new EventFilter { For = [new NamedTarget("redises.cache.example.com/my-op-redis")], IncludeOwned = true, First = 3 }, newOnly: false, out var seen);
        await seen.Task;
        await RecordAsync(PutOwned("my-op-redis", "shop.example.com/v1", owner), "OfTheChild");
        await RecordAsync(owner, "Last");
        await watch;
        Assert.Equal(["There", "OfTheChild", "Last"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task Of_two_names_that_differ_in_the_group_each_means_whatever_has_it_later()
    {
        DefineAnotherRedis();
        var redis = _bench.Redis("my-op-redis");
        _bench.Redis("my-op-redis", group: "shop.example.com");
        await RecordAsync(redis, "There");
        var filter = new EventFilter { For = [new NamedTarget("redises.cache.example.com/my-op-redis"), new NamedTarget("redises.shop.example.com/my-op-redis")], First = 3 };
        var watch = Start(filter, newOnly: false, out var seen);
        await seen.Task;
        await RecordAsync(_bench.Redis("my-op-redis", uid: "made-anew", group: "shop.example.com"), "OfTheNewOne");
        await RecordAsync(redis, "Last");
        await watch;
        Assert.Equal(["There", "OfTheNewOne", "Last"], _bench.Events.Select(it => it.Reason));
    }

    /// <summary>The API has another uid for it than its kubelet, and each writer takes the one that it knows.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(25, false)]
    [InlineData(25, true)]
    public async Task What_is_said_of_a_node_and_its_static_pod_is_seen_with_either_uid(int strangers, bool isNamed)
    {
        const string ofKubelet = "2f8c2e7c4d1ab0f3c5d6e7f8091a2b3c";
        var node = new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "n1", Uid = "uid-n1" };
        var pod = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = "default", Name = "etcd-n1", Uid = "uid-etcd-n1" };
        _bench.Sandbox.Add("""{ "apiVersion": "v1", "kind": "Node", "metadata": { "name": "n1", "uid": "uid-n1" } }""");
        _bench.Sandbox.Add($$"""
            {
              "apiVersion": "v1", "kind": "Pod",
              "metadata": {
                "name": "etcd-n1", "namespace": "default", "uid": "uid-etcd-n1", "annotations": { "kubernetes.io/config.mirror": "{{ofKubelet}}" },
                "ownerReferences": [{ "apiVersion": "v1", "kind": "Node", "name": "n1", "uid": "uid-n1" }]
              }
            }
            """);
        for (var i = 0; i < strangers; i++)
            WebCluster.AddEvent(_bench.Sandbox, pod with { Name = $"stranger-{i}", Uid = $"uid-stranger-{i}" }, "OfAStranger");
        await RecordAsync(pod, "OfTheMirror");
        await RecordAsync(node, "There");
        // As an event of its kubelet has it.
        var known = node with { ApiVersion = null, Uid = "n1" };
        var watch = Start(new EventFilter { For = [isNamed ? new NamedTarget("node/n1") : new KnownTarget(known, known)], IncludeOwned = true, First = 5 }, newOnly: false, out var seen);
        await seen.Task;
        await RecordAsync(pod with { Uid = ofKubelet }, "OfTheKubelet");
        await RecordAsync(pod, "OfTheMirrorAgain");
        await RecordAsync(node with { Uid = "n1" }, "Last");
        await watch;
        Assert.Equal(["Last", "OfTheKubelet", "OfTheMirror", "OfTheMirrorAgain", "There"], _bench.Events.Select(it => it.Reason).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_object_that_is_given_with_its_uid_is_no_other_that_is_made_later(bool includeOwned)
    {
        var redis = _bench.Redis("my-op-redis");
        await RecordAsync(redis, "There");
        var watch = Start(new EventFilter { For = [new KnownTarget(redis, redis)], IncludeOwned = includeOwned, First = 2 }, newOnly: false, out var seen);
        await seen.Task;
        var anew = _bench.Redis("my-op-redis", uid: "made-anew");
        await RecordAsync(anew, "OfTheNewOne");
        await RecordAsync(PutOwned("child", anew), "OfItsChild");
        await RecordAsync(redis, "Last");
        await watch;
        Assert.Equal(["There", "Last"], _bench.Events.Select(it => it.Reason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_made_anew_before_its_events_are_listed_is_heard(bool includeOwned)
    {
        var redis = _bench.Redis("my-op-redis");
        ObjectReference? anew = null;
        _bench.Sandbox.Faults.Always(Fault.Hang(), request =>
        {
            if (anew is null && request is { Verb: "list", Resource: "events" })
            {
                anew = _bench.Redis("my-op-redis", uid: "made-anew");
                foreach (var (about, name) in new[] { (redis, "of-the-old-one"), (anew, "of-the-new-one") })
                    WebCluster.AddEvent(_bench.Sandbox, about, name, "2026-11-20T14:00:00Z");
            }

            return false;
        });
        var watch = Start(new EventFilter { For = [new NamedTarget("redis/my-op-redis")], IncludeOwned = includeOwned, First = 3 }, newOnly: false, out var seen);
        await seen.Task;
        await RecordAsync(anew!, "Last");
        await watch;
        Assert.Equal(["Last", "of-the-new-one", "of-the-old-one"], _bench.Events.Select(it => it.Reason).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_it_cannot_be_seen_what_has_the_name_now_its_former_events_are_told_and_a_warning_says_so()
    {
        await RecordAsync(_bench.Redis("my-op-redis") with { Uid = "of-a-namesake-that-is-gone" }, "Old");
        var looked = false;
        _bench.Sandbox.Faults.Always(Fault.Status(403, "Forbidden", "redises is forbidden"), request =>
        {
            var isTakenAway = looked;
            looked |= request.Name == "my-op-redis";
            return isTakenAway && request.Name == "my-op-redis";
        });
        await Start(new EventFilter { For = [new NamedTarget("rd/my-op-redis")], First = 1 }, newOnly: false, out _);
        Assert.Equal("Old", Assert.Single(_bench.Events).Reason);
        Assert.StartsWith("Events of former objects of the same name may be among these: ", Assert.Single(_bench.Messages.OfType<WarningMessage>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owners_that_go_round_in_a_circle_are_looked_at_once_and_a_way_out_of_it_is_found()
    {
        var owner = _bench.Redis("my-op-redis");
        await RecordAsync(owner, "There");
        var watch = Start(new EventFilter { For = [new KnownTarget(owner, owner)], IncludeOwned = true, First = 3 }, newOnly: false, out var seen);
        await seen.Task;
        var one = PutOwned("one", owner with { Name = "two", Uid = "uid-two" });
        await RecordAsync(PutOwned("two", one), "OfACircle");
        // The circle is found first, from either end.
        var three = PutOwned("three", owner with { Name = "four", Uid = "uid-four" }, owner);
        await RecordAsync(PutOwned("four", three), "OfTheOwner");
        await RecordAsync(three, "Last");
        await watch;
        Assert.Equal(["There", "OfTheOwner", "Last"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task An_object_that_comes_to_be_after_its_first_event_is_followed_from_then_on()
    {
        var owner = _bench.Redis("my-op-redis");
        await RecordAsync(owner, "There");
        var watch = Start(new EventFilter { For = [new KnownTarget(owner, owner)], IncludeOwned = true, First = 3 }, newOnly: false, out var between, seenAt: "Between");
        var late = owner with { Name = "late", Uid = null, ResourceVersion = null };
        await RecordAsync(late, "TooEarly");
        await RecordAsync(owner, "Between");
        await between.Task;
        PutOwned("late", owner);
        await RecordAsync(late, "OfTheLateOne");
        await watch;
        // A list is in no order.
        Assert.Equal(["Between", "OfTheLateOne", "There"], _bench.Events.Select(it => it.Reason).Order());
    }

    [Fact]
    public async Task Objects_that_own_each_other_are_strangers()
    {
        var owner = _bench.Redis("my-op-redis");
        var one = PutOwned("one", owner with { Name = "other", Uid = "uid-other" });
        var other = PutOwned("other", one);
        await RecordAsync(one, "OfTheOne");
        await RecordAsync(other, "OfTheOther");
        await RecordAsync(owner, "OfTheOwner");
        await Start(new EventFilter { For = [new KnownTarget(owner, owner)], IncludeOwned = true, First = 1 }, newOnly: false, out _);
        await RecordAsync(one, "OfTheOne");
        var watch = Start(new EventFilter { For = [new KnownTarget(owner, owner)], IncludeOwned = true, First = 2 }, newOnly: false, out var seen);
        await seen.Task;
        await RecordAsync(other, "OfTheOther");
        await RecordAsync(owner, "Last");
        await watch;
        Assert.Equal(["OfTheOwner", "OfTheOwner", "Last"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task Running_out_of_time_while_the_server_is_away_is_an_error_also_without_a_number()
    {
        await using var sandbox = KubernetesSandbox.Start();
        var time = new FakeTimeProvider();
        await using var session = Clusters.Session(Clusters.Of(sandbox, overTcp: true), time: time);
        var pump = new MessagePump(message =>
        {
            _bench.Messages.Add(message);
            if (message is VerboseMessage { Text: "What is there was read; what happens from now on follows." })
            {
                sandbox.RefuseConnections();
                sandbox.DropConnections();
            }
            else if (message is VerboseMessage { Text: var said } && said.StartsWith("The watch broke", StringComparison.Ordinal) && time.GetUtcNow().Minute == 0)
                time.Advance(TimeSpan.FromSeconds(60));
        });
        pump.Run(Task.Run(() => new EventWatching([session], pump).RunAsync(new EventFilter(), true, TimeSpan.FromSeconds(60), default)).WaitAsync(Patience), default);
        var error = Assert.Single(_bench.Errors);
        Assert.Equal(ErrorId.WatchTimedOut, error.Id);
        Assert.StartsWith("Within 60 s not everything was seen: the API server was not reachable since 12:00:00 (60s). The watch broke: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Running_out_of_time_before_all_are_there_is_an_error_with_its_own_id()
    {
        var time = new FakeTimeProvider();
        RunUntilTimeout(time, new EventFilter { First = 3 });
        var error = Assert.Single(_bench.Errors);
        Assert.Equal((ErrorId.WatchTimedOut, CmdletErrorCategory.OperationTimeout), (error.Id, error.Category));
        Assert.Equal("Within 60 s came 1 of 3 events that fit the filters.", error.Message);
    }

    [Fact]
    public void Running_out_of_time_without_a_number_to_wait_for_is_no_error()
    {
        RunUntilTimeout(new FakeTimeProvider(), new EventFilter());
        Assert.Empty(_bench.Errors);
    }

    [Theory]
    [InlineData(null, " within 2 s.")]
    [InlineData(502, ". The API server answered 502 BadGateway: nobody is behind it")]
    public async Task Running_out_of_time_with_a_connection_that_swallows_everything_is_an_error(int? gateway, string expected)
    {
        var time = new FakeTimeProvider();
        var end = time.GetUtcNow().AddSeconds(60);
        _bench.Sandbox.Faults.Always(gateway is { } code ? Fault.Status(code, "BadGateway", "nobody is behind it") : Fault.Hang(), request => request.Path == "/version");
        var ending = Task.Run(() => RunUntilTimeout(time, new EventFilter()));
        await SpoolRun.Until(() =>
        {
            if (gateway is null && time.GetUtcNow() >= end)
                time.AdvanceToNextTimer(TimeSpan.FromSeconds(2));
            return ending.IsCompleted;
        });
        await ending;
        Assert.Equal($"Within 60 s not everything may have been seen: asked at the end, the API server gave no answer{expected}", Assert.Single(_bench.Errors).Message);
    }

    [Fact]
    public void Running_out_of_time_before_the_server_said_what_is_there_is_an_error_also_without_a_number()
    {
        _bench.Sandbox.Faults.Always(Fault.Hang());
        RunUntilTimeout(new FakeTimeProvider(), new EventFilter(), timeEndsAt: "Events of");
        var error = Assert.Single(_bench.Errors);
        Assert.Equal((ErrorId.WatchTimedOut, "Within 60 s the API server did not say which events there are: nothing was watched."), (error.Id, error.Message));
    }

    [Fact]
    public void Running_out_of_time_while_the_server_lets_the_watch_wait_is_an_error_also_without_a_number()
    {
        _bench.Sandbox.Faults.Always(Fault.Hang(), request => request.Verb == "watch");
        var time = new FakeTimeProvider();
        var opensWithin = time.GetUtcNow() + TimeSpan.FromSeconds(2);
        Run(time, new EventFilter(), TimeSpan.FromSeconds(10), message =>
        {
            if (message is not VerboseMessage { Text: var said })
                return;
            if (said.StartsWith("What is there was read", StringComparison.Ordinal))
                time.Advance(SpinWait.SpinUntil(() => time.IsDue(opensWithin), TimeSpan.FromSeconds(10)) ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(10));
            if (said.StartsWith("The watch broke", StringComparison.Ordinal))
                time.Advance(TimeSpan.FromSeconds(8));
        });
        var error = Assert.Single(_bench.Errors);
        Assert.Equal(ErrorId.WatchTimedOut, error.Id);
        Assert.Equal("Within 10 s not everything was seen: the API server was not reachable since 12:00:00 (10s). The watch broke: The server did not let it in within 2 s.", error.Message);
    }

    [Fact]
    public async Task Stopping_ends_it_at_once_without_an_error()
    {
        using var stop = new CancellationTokenSource();
        var watch = Task.Run(() => Assert.ThrowsAny<OperationCanceledException>(
            () => _bench.Run(token => new EventWatching([_bench.Session], _bench.Pump).RunAsync(new EventFilter(), false, null, token), stop.Token)));
        await stop.CancelAsync();
        await watch;
        Assert.Empty(_bench.Errors);
    }

    private void PutCounted(string reason, int count) => _bench.Sandbox.Put(SandboxClient.Event(reason.ToLowerInvariant(), reason).Replace("\"count\": 1", $"\"count\": {count}", StringComparison.Ordinal));

    private void DefineAnotherRedis() => _bench.Sandbox.Put(CmdletBench.Definition.Replace("cache.example.com", "shop.example.com", StringComparison.Ordinal));

    private ObjectReference PutOwned(string name, params ObjectReference[] owners) => PutOwned(name, "cache.example.com/v1", owners);

    private ObjectReference PutOwned(string name, string apiVersion, params ObjectReference[] owners)
    {
        var references = owners.Select(owner => $$"""{ "apiVersion": "cache.example.com/v1", "kind": "Redis", "name": "{{owner.Name}}", "uid": "{{owner.Uid}}" }""");
        _bench.Sandbox.Put($$"""
            {
              "apiVersion": "{{apiVersion}}", "kind": "Redis",
              "metadata": { "name": "{{name}}", "namespace": "default", "uid": "uid-{{name}}", "ownerReferences": [{{string.Join(',', references)}}] }
            }
            """);
        return owners[0] with { ApiVersion = apiVersion, Name = name, Uid = $"uid-{name}", ResourceVersion = null };
    }

    // What the watch brings shows that it is open.
    private void RunUntilTimeout(FakeTimeProvider time, EventFilter filter, string? timeEndsAt = null) => Run(time, filter, TimeSpan.FromSeconds(60), message =>
    {
        if (message is VerboseMessage { Text: var said } && said.StartsWith("What is there was read", StringComparison.Ordinal))
            _bench.Sandbox.Put(SandboxClient.Event("a"));
        if (message is EventMessage || (timeEndsAt is not null && message is VerboseMessage { Text: var text } && text.StartsWith(timeEndsAt, StringComparison.Ordinal)))
            time.Advance(TimeSpan.FromSeconds(60));
    });

    private void Run(FakeTimeProvider time, EventFilter filter, TimeSpan timeout, Action<CmdletMessage> on)
    {
        var session = Clusters.Session(Clusters.Over(_bench.Sandbox.CreateHandler()), time: time);
        var pump = new MessagePump(message =>
        {
            _bench.Messages.Add(message);
            on(message);
        });
        pump.Run(Task.Run(() => new EventWatching([session], pump).RunAsync(filter, false, timeout, default)).WaitAsync(Patience), default);
    }

    private Task Start(EventFilter filter, bool newOnly, out TaskCompletionSource seen, string? seenAt = null)
    {
        var first = seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pump = new MessagePump(message =>
        {
            _bench.Messages.Add(message);
            if (message is EventMessage { Event.Reason: var reason } && (seenAt ?? reason) == reason)
                first.TrySetResult();
        });
        return AtLastAsync();

        async Task AtLastAsync()
        {
            try
            {
                await Task.Run(() => pump.Run(new EventWatching([_bench.Session], pump).RunAsync(filter, newOnly, null, default), default)).WaitAsync(Patience);
            }
            finally
            {
                first.TrySetResult();
            }
        }
    }

    private async Task RecordAsync(ObjectReference regarding, string reason) =>
        Assert.True((await _recorder.RecordAsync(new Occurrence { Regarding = regarding, Reason = reason })).IsOnServer);
}
