using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class EventListingTests : IAsyncTeardown
{
    private readonly CmdletBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Events_of_the_context_s_namespace_come_sorted_as_a_list()
    {
        await RecordAsync(_bench.Redis("b"), "Second", minute: 2);
        await RecordAsync(_bench.Redis("a"), "First", minute: 1);
        await RecordAsync(_bench.Redis("c", "shop"), "Elsewhere", minute: 0);
        List(new EventFilter());
        Assert.Equal(["First", "Second"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task Unsorted_events_come_as_the_server_has_them()
    {
        await RecordAsync(_bench.Redis("b"), "Second", minute: 2);
        await RecordAsync(_bench.Redis("a"), "First", minute: 1);
        List(new EventFilter(), unsorted: true);
        Assert.Equal(["First", "Second"], _bench.Events.Select(it => it.Reason).Order());
    }

    [Fact]
    public async Task A_verbose_line_says_what_the_server_filters()
    {
        await RecordAsync(_bench.Redis("a"), "First");
        List(new EventFilter { Types = ["Normal"], Reasons = ["F*"] });
        var line = Assert.IsType<VerboseMessage>(_bench.Messages[0]).Text;
        Assert.Contains("type=Normal", line, StringComparison.Ordinal);
        Assert.Single(_bench.Events);
    }

    [Fact]
    public async Task An_object_has_its_own_events_and_not_those_of_a_namesake()
    {
        var redis = _bench.Redis("my-op-redis");
        await RecordAsync(redis with { Uid = "of-a-namesake-that-is-gone" }, "Old");
        await RecordAsync(redis, "New");
        List(For(new KnownTarget(redis, redis)));
        List(For(new NamedTarget("rd/my-op-redis")));
        Assert.Equal(["New", "New"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task An_object_that_is_gone_still_has_its_events()
    {
        await RecordAsync(new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = "gone", Uid = "u" }, "Deleted");
        List(For(new NamedTarget("redis/gone")));
        Assert.Equal(["Deleted"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task An_object_is_looked_for_in_its_own_namespace()
    {
        var redis = _bench.Redis("my-op-redis", "shop");
        await RecordAsync(redis, "Here");
        List(For(new KnownTarget(redis, redis)));
        Assert.Single(_bench.Events);
    }

    [Fact]
    public async Task A_name_is_looked_for_in_all_namespaces_that_are_given()
    {
        await RecordAsync(_bench.Redis("my-op-redis"), "InDefault", minute: 1);
        await RecordAsync(_bench.Redis("my-op-redis", "shop"), "InShop", minute: 2);
        List(For(new NamedTarget("redis/my-op-redis")) with { Namespaces = ["default", "sh*"] });
        List(For(new NamedTarget("redis/my-op-redis")) with { AllNamespaces = true });
        List(For(new NamedTarget("redis/my-op-redis")) with { Namespaces = ["shop"] });
        Assert.Equal(["InDefault", "InShop", "InDefault", "InShop", "InShop"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task An_object_that_does_not_say_where_it_is_is_looked_for_as_a_name_is()
    {
        await RecordAsync(_bench.Redis("my-op-redis"), "InDefault", minute: 1);
        await RecordAsync(_bench.Redis("my-op-redis", "shop"), "InShop", minute: 2);
        var redis = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "my-op-redis" };
        List(For(new KnownTarget(redis, redis)));
        List(For(new KnownTarget(redis, redis)) with { Namespaces = ["shop"] });
        List(For(new KnownTarget(redis, redis)) with { AllNamespaces = true });
        Assert.Equal(["InDefault", "InShop", "InDefault", "InShop"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task Events_of_a_cluster_scoped_object_are_found_whichever_namespace_is_given()
    {
        _bench.Redis("any", "shop");
        var shop = (await _bench.Session.Mapper.GetObjectAsync("namespace/shop", null)).Reference;
        await RecordAsync(shop, "OfTheNamespace");
        foreach (var target in new ObjectTarget[] { new NamedTarget("ns/shop"), new KnownTarget(shop, shop), new KnownTarget("made", shop with { Uid = null, ResourceVersion = null }) })
            List(For(target) with { Namespaces = ["shop"] });
        List(For(new NamedTarget("ns/shop")) with { Namespaces = ["sh*", "default"] });
        Assert.Equal(4, _bench.Events.Count(it => it.Reason == "OfTheNamespace"));
    }

    [Fact]
    public async Task All_namespaces_are_more_than_one_that_is_given()
    {
        await RecordAsync(_bench.Redis("a", "shop"), "InShop");
        List(new EventFilter { AllNamespaces = true, Namespaces = ["default"] });
        Assert.Single(_bench.Events);
    }

    [Fact]
    public async Task An_object_that_cannot_be_found_does_not_hide_the_others()
    {
        await RecordAsync(_bench.Redis("a"), "OfA");
        var bad = new BadTarget("given", new ObjectReferenceException("It has no kind."));
        List(new EventFilter { For = [new NamedTarget("oops/x"), new NamedTarget("redis/a"), bad, new NamedTarget("redis/..")] });
        Assert.Equal(["OfA"], _bench.Events.Select(it => it.Reason));
        Assert.Equal(
            [(ErrorId.ResourceNotFound, "oops/x"), (ErrorId.ObjectNotReferable, "given"), (ErrorId.ArgumentNotValid, "redis/..")],
            _bench.Errors.Select(it => (it.Id, it.Target)));
    }

    [Fact]
    public async Task Where_none_can_be_found_nothing_is_read_and_the_error_names_the_object()
    {
        await RecordAsync(_bench.Redis("a"), "OfA");
        var error = Assert.Throws<TargetException>(() => List(new EventFilter { For = [new NamedTarget("oops/x"), new NamedTarget("nope/y")] }));
        Assert.Equal((ErrorId.ResourceNotFound, "nope/y"), (ErrorMapper.Map(error)!.Id, ErrorMapper.Map(error)!.Target));
        Assert.Equal("oops/x", Assert.Single(_bench.Errors).Target);
        Assert.Empty(_bench.Events);
    }

    [Fact]
    public async Task A_definition_that_was_made_anew_with_another_scope_is_noticed()
    {
        await RecordAsync(_bench.Redis("a"), "OfA");
        List(For(new NamedTarget("redis/a")));
        var definition = System.Text.Json.Nodes.JsonNode.Parse(CmdletBench.Definition)!;
        definition["spec"]!["scope"] = "Cluster";
        _bench.Sandbox.Put(definition.ToJsonString());
        await RecordAsync(new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "a", Uid = "u-2" }, "OfTheNewA");
        List(For(new NamedTarget("redis/a")));
        Assert.Contains("OfTheNewA", _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task Whoever_leaves_out_a_namespace_gets_all_others()
    {
        await RecordAsync(_bench.Redis("a"), "InDefault", minute: 1);
        await RecordAsync(_bench.Redis("a", "shop"), "InShop", minute: 2);
        await RecordAsync(_bench.Redis("a", "test"), "InTest", minute: 3);
        List(new EventFilter { Exclude = new EventExclusion { Namespaces = ["test"] } });
        Assert.Equal(["InDefault", "InShop"], _bench.Events.Select(it => it.Reason));
        Assert.All(_bench.Messages.OfType<EventsMessage>(), it => Assert.Equal(EventSpan.Namespaces, it.Span));
        List(new EventFilter { Namespaces = ["test", "shop"], Exclude = new EventExclusion { Namespaces = ["t*"] } });
        Assert.Equal(["InDefault", "InShop", "InShop"], _bench.Events.Select(it => it.Reason));
    }

    [Fact]
    public async Task A_short_name_that_only_the_cluster_knows_names_what_is_left_out()
    {
        await RecordAsync(_bench.Redis("a"), "OfTheRedis");
        await RecordAsync(new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = "default", Name = "a" }, "OfThePod");
        List(new EventFilter { Exclude = new EventExclusion { Objects = ["rd/*", "unheard-of/a"] } });
        Assert.Equal(["OfThePod"], _bench.Events.Select(it => it.Reason));
        Assert.Contains("involvedObject.kind!=Redis", Assert.IsType<VerboseMessage>(_bench.Messages[0]).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(11, false)]
    public async Task A_time_before_the_oldest_event_of_the_server_is_said_to_be_so(int hour, bool said)
    {
        await RecordAsync(_bench.Redis("a"), "First", minute: 0);
        await RecordAsync(_bench.Redis("b"), "Second", minute: 1);
        List(new EventFilter { Since = new DateTimeOffset(2026, 11, 20, hour, 0, 0, TimeSpan.Zero).AddHours(2) });
        Assert.Equal(said, _bench.Messages.OfType<VerboseMessage>().Any(it => it.Text.StartsWith("The server has nothing older: of all events that it was asked for, the oldest was last seen at 2026-11-20T12:00:00Z, and -Since is 2026-11-20T11:00:00Z.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Events_of_a_cluster_scoped_object_are_found_wherever_they_are()
    {
        var written = await RecordAsync(new ObjectReference { ApiVersion = "v1", Kind = "Namespace", Name = "shop" }, "Terminating");
        List(For(new NamedTarget("ns/shop")));
        Assert.Equal([written.Event!.Name], _bench.Events.Select(it => it.Name));
    }

    [Fact]
    public void What_the_server_refuses_ends_the_list()
    {
        _bench.Sandbox.Faults.Always(Fault.Status(403, "Forbidden", "no"));
        Assert.Throws<KubernetesApiException>(() => List(new EventFilter()));
    }

    [Fact]
    public void A_long_list_shows_how_far_it_is_and_a_short_one_does_not()
    {
        Seed(1200);
        List(new EventFilter());
        Assert.Equal(1200, _bench.Events.Count());
        Assert.Empty(_bench.Messages.OfType<ProgressMessage>());

        Seed(2100);
        _bench.Messages.Clear();
        List(new EventFilter());
        var progress = _bench.Messages.OfType<ProgressMessage>().ToArray();
        Assert.Equal(("1500 of 2100", 71), (progress[0].Status, progress[0].Percent!.Value));
        Assert.Equal(["False", "True"], progress.Select(it => it.IsOver.ToString()).Distinct());
    }

    [Fact]
    public void A_list_of_unknown_length_shows_how_many_events_were_read()
    {
        Seed(4000);
        List(new EventFilter { Types = ["Normal"] }, unsorted: true);
        Assert.Equal(4000, _bench.Events.Count());
        Assert.Equal(
            [new ProgressMessage("Reading events", "1500 so far", null), new ProgressMessage("Reading events", "3500 so far", null)],
            _bench.Messages.OfType<ProgressMessage>().SkipLast(1));
    }

    [Theory]
    [InlineData("-1001", "1001 so far", null)]
    [InlineData("-503", "1001 so far", null)]
    [InlineData("9223372036854775807", "1001 of 9223372036854776808", 0)]
    [InlineData("1", "1001 of 1002", 99)]
    public void Whatever_the_server_says_is_still_to_come_the_list_is_read(string remaining, string status, int? percent)
    {
        var items = string.Join(',', Enumerable.Range(0, 1001).Select(number => Support.SandboxClient.Event($"e{number}")));
        _bench.Sandbox.Faults
            .Next(Page($"\"continue\":\"c\",\"remainingItemCount\":{remaining}", items), request => request.Resource == "events")
            .Next(Page("\"continue\":\"\"", Support.SandboxClient.Event("last")), request => request.Resource == "events");
        List(new EventFilter());
        Assert.Equal(1002, _bench.Events.Count());
        Assert.Equal([new ProgressMessage("Reading events", status, percent), new ProgressMessage("Reading events", "Done", 100) { IsOver = true }], _bench.Messages.OfType<ProgressMessage>());

        static Fault Page(string metadata, string items) =>
            Fault.Answer(200, "application/json", $$"""{"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"5",{{metadata}}},"items":[{{items}}]}""");
    }

    private static EventFilter For(ObjectTarget target) => new() { For = [target] };

    private void List(EventFilter filter, bool unsorted = false) =>
        _bench.Run(token => new EventListing([_bench.Session], _bench.Pump).RunAsync(filter, unsorted, token));

    private void Seed(int count)
    {
        for (var i = 0; i < count; i++)
            _bench.Sandbox.Put(Support.SandboxClient.Event($"e{i}"));
    }

    private async Task<EventOutcome> RecordAsync(ObjectReference regarding, string reason, int minute = 0)
    {
        var at = new DateTimeOffset(2026, 11, 20, 12, minute, 0, TimeSpan.Zero);
        var outcome = await _bench.Session.Broadcaster.NewRecorder("test").RecordAsync(new Occurrence { Regarding = regarding, Reason = reason, Timestamp = at });
        Assert.True(outcome.IsOnServer);
        return outcome;
    }
}
