using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

/// <summary>A role that does not allow to read events where they are looked for first.</summary>
public sealed class ReadFallbackTests
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

    private static KubernetesSandbox Sandbox(params SandboxRule[] rules)
    {
        var sandbox = new KubernetesSandbox(new SandboxOptions { Users = [new SandboxUser("reader", "token-of-reader", rules)] });
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

    private static async Task<IEnumerable<string>> ListAsync(KubernetesSandbox sandbox, EventQuery query)
    {
        using var connection = Connect(sandbox);
        return (await new EventReader(new ClusterEventSource(connection)).ListSortedAsync(query)).Select(it => it.Name).Order();
    }

    private static async Task<IEnumerable<string>> WatchAsync(KubernetesSandbox sandbox, EventQuery query, int count)
    {
        using var connection = Connect(sandbox);
        var names = new List<string>();
        await foreach (var watched in new EventWatcher(new ClusterEventSource(connection)).WatchAsync(query with { First = count }))
            names.Add(watched.Event.Name);
        return names.Order();
    }

    private static ClusterConnection Connect(KubernetesSandbox sandbox) =>
        Clusters.Over(sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://sandbox/"), Token = "token-of-reader" });
}
