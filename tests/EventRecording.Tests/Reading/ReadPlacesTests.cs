using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

/// <summary>A role that does not allow to read events where they are looked for first.</summary>
public sealed class ReadPlacesTests
{
    private static readonly ObjectReference Node = new() { ApiVersion = "v1", Kind = "Node", Name = "node-1", Uid = "uid-of-node-1" };

    [Fact]
    public async Task Reads_through_the_other_group_where_only_that_may_be_read()
    {
        using var sandbox = Sandbox(new SandboxRule(["list", "watch"], ["events.k8s.io"], ["events"]));
        var query = new EventQuery { Namespaces = ["default"], Objects = [SampleEvents.Redis with { Uid = null, Namespace = "default" }] };
        Assert.Equal(["of-redis"], await ListAsync(sandbox, query));
        Assert.Equal(["of-redis"], await WatchAsync(sandbox, query, 1));
    }

    [Theory]
    [InlineData("default", "of-node-1")]
    [InlineData("kube-system", "of-node-2")]
    public async Task Reads_events_of_cluster_scoped_objects_where_they_are_without_the_right_to_read_all_namespaces(string readable, string expected)
    {
        using var sandbox = Sandbox(new SandboxRule(["list", "watch"], [""], ["events"], readable));
        var query = new EventQuery { Objects = [Node] };
        Assert.Equal([expected], await ListAsync(sandbox, query));
        Assert.Equal([expected], await WatchAsync(sandbox, query, 1));
    }

    [Fact]
    public async Task Reads_them_in_both_namespaces()
    {
        using var sandbox = Sandbox(new SandboxRule(["list", "watch"], [""], ["events"], "default"), new SandboxRule(["list", "watch"], ["events.k8s.io"], ["events"], "kube-system"));
        Assert.Equal(["of-node-1", "of-node-2"], await ListAsync(sandbox, new EventQuery { Objects = [Node] }));
        Assert.Equal(["of-node-1", "of-node-2"], await WatchAsync(sandbox, new EventQuery { Objects = [Node] }, 2));
    }

    [Fact]
    public async Task Without_another_place_it_is_the_first_refusal()
    {
        using var sandbox = Sandbox(new SandboxRule(["list"], ["events.k8s.io"], ["events"], "elsewhere"));
        foreach (var query in new[] { new EventQuery { Namespaces = ["default"] }, new EventQuery { Objects = [Node] }, new EventQuery() })
        {
            var error = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(sandbox, query));
            Assert.Equal("", error.Status.Denial!.Group);
            error = await Assert.ThrowsAsync<KubernetesApiException>(() => WatchAsync(sandbox, query, 1));
            Assert.Equal("", error.Status.Denial!.Group);
        }
    }

    [Theory]
    [InlineData("default", "kube-system", "shop")]
    [InlineData("default", "kube-*", "default")]
    [InlineData("kube-*", "default")]
    public async Task A_namespace_that_may_not_be_read_is_told_and_hides_no_other(params string[] namespaces)
    {
        var hidden = namespaces.Distinct().Where(it => it != "default").Order().ToList();
        using var sandbox = Sandbox(new SandboxRule(["list", "watch"], [""], ["events"], "default"));
        var query = new EventQuery { Namespaces = namespaces };
        foreach (var watches in new[] { false, true })
        {
            var refused = new List<ReadRefusal>();
            Assert.Equal(["of-node-1", "of-redis"], await ReadAsync(watches, sandbox, query, refused, 2, hidden.Count));
            Assert.Equal(hidden, refused.Select(it => it.Namespace).Order());
            Assert.All(refused, it => Assert.Equal("list", it.Error.Status.Denial!.Verb));
        }
    }

    [Fact]
    public async Task Of_several_that_may_not_be_read_the_last_is_thrown()
    {
        using var sandbox = Sandbox(new SandboxRule(["list"], [""], ["events"], "elsewhere"));
        foreach (var watches in new[] { false, true })
        {
            var refused = new List<ReadRefusal>();
            var error = await Assert.ThrowsAsync<KubernetesApiException>(() => ReadAsync(watches, sandbox, new EventQuery { Namespaces = ["default", "shop", "kube-*"] }, refused));
            Assert.Equal(2, refused.Count);
            Assert.DoesNotContain(error, refused.Select(it => it.Error));
        }
    }

    [Fact]
    public async Task Without_anybody_to_tell_the_first_refusal_ends_it()
    {
        using var sandbox = Sandbox(new SandboxRule(["list", "watch"], [""], ["events"], "default"));
        foreach (var watches in new[] { false, true })
        {
            var error = await Assert.ThrowsAsync<KubernetesApiException>(() => ReadAsync(watches, sandbox, new EventQuery { Namespaces = ["kube-system", "default"] }, null));
            Assert.Equal("kube-system", error.Status.Denial!.Namespace);
        }
    }

    [Fact]
    public async Task A_right_that_is_taken_away_from_a_watch_is_told_and_the_others_are_watched_on()
    {
        var user = new SandboxUser("reader", "token-of-reader", SandboxRule.Everything);
        using var sandbox = Sandbox(user);
        using var connection = Connect(sandbox);
        var refused = new TaskCompletionSource<ReadRefusal>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = new EventWatcher(new ClusterEventSource(connection), new WaitlessTimeProvider { WatchesOpenInTime = true });
        var watch = watcher.WatchAsync(new EventQuery { Namespaces = ["default", "kube-system"], First = 4 }, new EventWatchOptions { Refused = refused.SetResult }).GetAsyncEnumerator();
        await using var _ = watch;
        for (var i = 0; i < 3; i++)
            Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
        var next = watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        user.Rules = [new SandboxRule(["*"], ["*"], ["*"], "default")];
        sandbox.DropConnections();
        Assert.Equal("kube-system", (await refused.Task.WaitAsync(TimeSpan.FromMinutes(1))).Namespace);
        sandbox.Put(SandboxClient.Event("later"));
        Assert.True(await next);
        Assert.Equal("later", watch.Current.Event.Name);
    }

    [Fact]
    public async Task Beside_namespaced_objects_those_of_cluster_scope_are_looked_for_where_they_are()
    {
        using var sandbox = Sandbox(new SandboxRule(["list", "watch"], [""], ["events"], "shop"), new SandboxRule(["list", "watch"], [""], ["events"], "kube-system"));
        sandbox.Put(SandboxClient.Event("in-shop", space: "shop"));
        var query = new EventQuery { Objects = [SampleEvents.Redis with { Uid = null, Namespace = "shop" }, Node] };
        foreach (var watches in new[] { false, true })
        {
            var refused = new List<ReadRefusal>();
            Assert.Equal(["in-shop", "of-node-2"], await ReadAsync(watches, sandbox, query, refused, 2, 1));
            var refusal = Assert.Single(refused);
            Assert.Null(refusal.Namespace);
            Assert.Equal(["kube-system"], refusal.Instead);
        }
    }

    [Fact]
    public async Task Events_of_cluster_scope_that_may_be_read_nowhere_do_not_hide_those_of_namespaced_objects()
    {
        using var sandbox = Sandbox(new SandboxRule(["list", "watch"], [""], ["events"], "shop"));
        sandbox.Put(SandboxClient.Event("in-shop", space: "shop"));
        var query = new EventQuery { Objects = [SampleEvents.Redis with { Uid = null, Namespace = "shop" }, Node] };
        foreach (var watches in new[] { false, true })
        {
            var refused = new List<ReadRefusal>();
            Assert.Equal(["in-shop"], await ReadAsync(watches, sandbox, query, refused, 1, 1));
            Assert.Equal((null, 0), (Assert.Single(refused).Namespace, refused[0].Instead.Count));
        }
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData("shop", 1)]
    public async Task What_is_there_is_said_to_be_told_once_behind_all_of_it_wherever_it_may_be_read(string? readable, int there)
    {
        using var sandbox = Sandbox(new SandboxRule(["list", "watch"], [""], ["events"], readable));
        sandbox.Put(SandboxClient.Event("in-shop", space: "shop"));
        using var connection = Connect(sandbox);
        var told = new List<string>();
        var options = new EventWatchOptions { Refused = _ => { }, Synced = () => { told.Add("synced"); sandbox.Put(SandboxClient.Event("later", space: "shop")); } };
        await foreach (var watched in new EventWatcher(new ClusterEventSource(connection)).WatchAsync(new EventQuery { Namespaces = ["default", "kube-system", "shop"], First = there + 1 }, options))
            told.Add(watched.Event.Name);
        Assert.Equal(["synced", "later"], told.Skip(there));
    }

    private static KubernetesSandbox Sandbox(params SandboxRule[] rules) => Sandbox(new SandboxUser("reader", "token-of-reader", rules));

    private static KubernetesSandbox Sandbox(SandboxUser user)
    {
        var sandbox = new KubernetesSandbox(new SandboxOptions { Users = [user] });
        sandbox.CreateNamespace("shop");
        sandbox.Put(SandboxClient.Event("of-redis"));
        foreach (var (name, space) in new[] { ("of-node-1", "default"), ("of-node-2", "kube-system") })
        {
            sandbox.Put($$"""
                {
                  "apiVersion": "v1", "kind": "Event", "metadata": { "name": "{{name}}", "namespace": "{{space}}" },
                  "involvedObject": { "apiVersion": "v1", "kind": "Node", "name": "node-1", "uid": "uid-of-node-1" },
                  "reason": "Rebooted", "type": "Warning", "count": 1, "lastTimestamp": "2026-11-20T12:00:00Z"
                }
                """);
        }

        return sandbox;
    }

    private static async Task<IEnumerable<string>> ListAsync(KubernetesSandbox sandbox, EventQuery query, List<ReadRefusal>? refused = null)
    {
        using var connection = Connect(sandbox);
        var reader = new EventReader(new ClusterEventSource(connection)) { Refused = refused is null ? null : refused.Add };
        return (await reader.ListSortedAsync(query)).Select(it => it.Name).Order();
    }

    /// <summary>Watches until so many events and refusals were told.</summary>
    private static async Task<IEnumerable<string>> WatchAsync(KubernetesSandbox sandbox, EventQuery query, int events, List<ReadRefusal>? refused = null, int refusals = 0)
    {
        using var connection = Connect(sandbox);
        using var enough = new CancellationTokenSource();
        var names = new List<string>();
        var options = new EventWatchOptions { Refused = refused is null ? null : it => Tell(() => refused.Add(it)) };
        try
        {
            await foreach (var watched in new EventWatcher(new ClusterEventSource(connection)).WatchAsync(query, options, enough.Token))
                Tell(() => names.Add(watched.Event.Name));
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
        }

        return names.Order();

        void Tell(Action add)
        {
            lock (names)
            {
                add();
                if (names.Count == events && (refused?.Count ?? 0) == refusals)
                    enough.Cancel();
            }
        }
    }

    private static Task<IEnumerable<string>> ReadAsync(bool watches, KubernetesSandbox sandbox, EventQuery query, List<ReadRefusal>? refused, int events = -1, int refusals = -1) =>
        watches ? WatchAsync(sandbox, query, events, refused, refusals) : ListAsync(sandbox, query, refused);

    private static ClusterConnection Connect(KubernetesSandbox sandbox) =>
        Clusters.Over(sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://sandbox/"), Token = "token-of-reader" });
}
