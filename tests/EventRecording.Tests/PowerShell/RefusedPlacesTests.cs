using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

/// <summary>A role that may read events, and objects, in some namespaces only.</summary>
public sealed class RefusedPlacesTests
{
    private static readonly ObjectReference Zone = new() { ApiVersion = "v1", Kind = "Node", Name = "eu-1", Uid = "uid-of-eu-1" };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_namespace_that_may_not_be_read_is_an_error_of_its_own(bool unsorted)
    {
        await using var bench = Bench("default");
        List(bench, new EventFilter { Namespaces = ["shop", "default", "other"] }, unsorted);
        Assert.Equal(["in-default"], bench.Events.Select(it => it.Name));
        Assert.Equal([(ErrorId.AccessDenied, "shop"), (ErrorId.AccessDenied, (object)"other")], bench.Errors.Select(it => (it.Id, it.Target!)));
    }

    [Fact]
    public async Task A_watch_goes_on_where_it_may_and_ends_where_it_may_nowhere()
    {
        await using var bench = Bench("default");
        bench.Run(token => new EventWatching([bench.Session], bench.Pump).RunAsync(new EventFilter { Namespaces = ["shop", "default"], First = 1 }, false, null, token));
        Assert.Equal(["in-default"], bench.Events.Select(it => it.Name));

        bench.Messages.Clear();
        var error = Assert.Throws<KubernetesApiException>(() =>
            bench.Run(token => new EventWatching([bench.Session], bench.Pump).RunAsync(new EventFilter { Namespaces = ["shop", "other"] }, false, null, token)));
        Assert.Equal(new object[] { "other", "shop" }, bench.Errors.Select(it => it.Target!).Append(error.Status.Denial!.Namespace!).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wait_goes_on_where_it_may_and_says_once_where_it_may_not(bool newOnly)
    {
        await using var bench = Bench("default");
        var pump = new MessagePump(message =>
        {
            bench.Messages.Add(message);
            if (message is VerboseMessage { Text: var said } && said.StartsWith("What is there", StringComparison.Ordinal))
                bench.Sandbox.Put(SandboxClient.Event("later"));
        });
        EventWaitResult? result = null;
        var request = new EventWaitRequest([], 1, newOnly, null);
        pump.Run(Task.Run(async () => result = await new EventWaiting(bench.Session, pump).RunAsync(new EventFilter { Namespaces = ["shop", "default"] }, request, default)), default);
        Assert.Equal((EventWaitState.Met, newOnly ? "later" : "in-default"), (result!.State, result.Event!.Name));
        Assert.True(bench.Errors.Count() <= 1);
    }

    [Fact]
    public async Task Events_of_objects_in_a_namespace_come_though_those_of_a_cluster_scoped_one_may_not_be_read()
    {
        await using var bench = Bench("default");
        List(bench, Both(bench));
        Assert.Equal(["in-default"], bench.Events.Select(it => it.Name));
        var warning = Assert.Single(bench.Messages.OfType<WarningMessage>()).Text;
        Assert.StartsWith("Events about cluster-scoped objects are looked for in default only: the role may not read those of all namespaces.", warning, StringComparison.Ordinal);

        await using var other = Bench("shop");
        List(other, Both(other, "shop"));
        Assert.Equal(["in-shop"], other.Events.Select(it => it.Name));
        var error = Assert.Single(other.Errors);
        Assert.Equal(ErrorId.AccessDenied, error.Id);
        Assert.StartsWith("Events about cluster-scoped objects cannot be read. ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_all_events_of_cluster_scope_may_be_read_nothing_is_missing_and_nothing_is_warned_of()
    {
        var user = new SandboxUser("both", "token-of-both", new SandboxRule(["*"], ["*"], ["*"], "default"), new SandboxRule(["*"], ["*"], ["*"], "kube-system"));
        await using var bench = new CmdletBench(users: user);
        PutOfZone(bench);
        List(bench, new EventFilter { For = [new KnownTarget(Zone, Zone)] });
        Assert.Equal(["of-zone"], bench.Events.Select(it => it.Name));
        Assert.Contains(bench.Messages, it => it is VerboseMessage { Text: var text } && text.StartsWith("Events about cluster-scoped objects are looked for in default and kube-system", StringComparison.Ordinal));
        Assert.Empty(bench.Messages.OfType<WarningMessage>());
    }

    [Fact]
    public async Task Events_of_a_cluster_scoped_object_are_found_beside_those_of_the_namespace_that_is_given()
    {
        await using var bench = Bench(null);
        List(bench, Both(bench, "shop") with { Namespaces = ["shop"] });
        Assert.Equal(["in-shop", "of-zone"], bench.Events.Select(it => it.Name).Order());
    }

    [Fact]
    public async Task Of_objects_in_several_namespaces_the_related_ones_come_where_they_may_be_read()
    {
        await using var bench = Bench("default");
        var filter = new EventFilter { For = [.. new[] { bench.Redis("my-op-redis", "shop"), bench.Redis("my-op-redis") }.Select(it => new KnownTarget(it, it))] };
        bench.Run(token => new RelatedListing([bench.Session], bench.Pump).RunAsync(filter, false, true, token));
        Assert.Equal(["in-default"], bench.Messages.OfType<RelatedEventMessage>().Select(it => it.Event.Name));
        Assert.Equal("shop", Assert.Single(bench.Errors).Target);
    }

    private static EventFilter Both(CmdletBench bench, string inNamespace = "default")
    {
        var redis = bench.Redis("my-op-redis", inNamespace) with { Uid = null };
        return new EventFilter { For = [new KnownTarget(redis, redis), new KnownTarget(Zone, Zone)] };
    }

    private static void List(CmdletBench bench, EventFilter filter, bool unsorted = false) =>
        bench.Run(token => new EventListing([bench.Session], bench.Pump).RunAsync(filter, unsorted, token));

    private static CmdletBench Bench(string? readable)
    {
        var bench = new CmdletBench(users: new SandboxUser("onens", "token-of-onens", new SandboxRule(["*"], ["*"], ["*"], readable)));
        bench.Sandbox.Put(SandboxClient.Event("in-default"));
        bench.Sandbox.Put(SandboxClient.Event("in-shop", space: "shop"));
        PutOfZone(bench);
        return bench;
    }

    private static void PutOfZone(CmdletBench bench) => bench.Sandbox.Put("""
        {
          "apiVersion": "v1", "kind": "Event", "metadata": { "name": "of-zone", "namespace": "kube-system" }, "reason": "Full", "type": "Warning",
          "involvedObject": { "apiVersion": "v1", "kind": "Node", "name": "eu-1", "uid": "uid-of-eu-1" }
        }
        """);
}
