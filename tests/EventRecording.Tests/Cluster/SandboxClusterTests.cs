using System.Net;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

/// <summary>The connection, the sink, the source and discovery against the sandbox, in the process and over TCP.</summary>
public class SandboxClusterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_is_created_counted_up_listed_and_watched(bool overTcp)
    {
        await using var sandbox = KubernetesSandbox.Start();
        using var connection = Clusters.Of(sandbox, overTcp);
        var (sink, source) = (new ClusterEventSink(connection), new ClusterEventSource(connection));
        var version = (await source.ListAsync(new EventListRequest { Namespace = "default" }, default)).ResourceVersion;

        var created = await sink.CreateAsync(Event("e.1"), default);
        var taken = await Assert.ThrowsAsync<KubernetesApiException>(() => sink.CreateAsync(Event("e.1"), default).AsTask());
        Assert.Equal((409, "AlreadyExists"), (taken.Status.Code, taken.Status.Reason));
        var patch = new EventPatch { ApiVersion = "v1", Namespace = "default", Name = "e.1" };
        Assert.Equal(created.ResourceVersion, (await sink.PatchAsync(patch, default)).ResourceVersion);
        Assert.Equal(5, (await sink.PatchAsync(patch with { Count = 5, ResourceVersion = created.ResourceVersion }, default)).Count);
        var conflict = await Assert.ThrowsAsync<KubernetesApiException>(() => sink.PatchAsync(patch with { Count = 6, ResourceVersion = created.ResourceVersion }, default).AsTask());
        Assert.Equal("Conflict", conflict.Status.Reason);
        await sink.CreateAsync(Event("e.2") with { ApiVersion = EventApiVersion.EventsV1, Action = "Scaling", ReportingController = "example.com/c", ReportingInstance = "i", EventTime = Noon }, default);

        var page = await source.ListAsync(new EventListRequest { Namespace = "default", Limit = 1 }, default);
        var next = await source.ListAsync(new EventListRequest { Namespace = "default", Limit = 1, Continue = page.Continue }, default);
        Assert.Equal([("e.1", 5), ("e.2", 1)], page.Items.Concat(next.Items).Select(item => (item.Name, item.Count)));
        Assert.Null(next.Continue);

        var frames = new List<WatchFrame>();
        await foreach (var frame in source.WatchAsync(new EventWatchRequest { Namespace = "default", ResourceVersion = version }, default))
        {
            frames.Add(frame);
            if (frames.Count == 3)
                break;
        }

        Assert.Equal([(WatchFrameType.Added, "e.1"), (WatchFrameType.Modified, "e.1"), (WatchFrameType.Added, "e.2")], frames.Select(frame => (frame.Type, frame.Event!.Name)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_custom_resource_is_found_by_its_short_name_as_soon_as_it_is_defined(bool overTcp)
    {
        await using var sandbox = KubernetesSandbox.Start();
        using var connection = Clusters.Of(sandbox, overTcp);
        var mapper = new ResourceMapper(connection);
        Assert.Equal("events", (await mapper.ResolveAsync("ev")).ToString());
        await connection.RequestAsync(HttpMethod.Post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", JsonNode.Parse("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"redises.cache.example.com"},
             "spec":{"group":"cache.example.com","scope":"Namespaced","names":{"plural":"redises","singular":"redis","kind":"Redis","shortNames":["rd"]},
             "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
            """));
        var created = await connection.RequestAsync(HttpMethod.Post, "/apis/cache.example.com/v1/namespaces/default/redises", JsonNode.Parse(
            """{"apiVersion":"cache.example.com/v1","kind":"Redis","metadata":{"name":"my-op-redis"}}"""));
        var resolved = await mapper.GetObjectAsync("rd/my-op-redis", null);
        Assert.Equal(ObjectReferenceReader.Default.Read(created), resolved.Reference);
        Assert.NotNull(resolved.Reference.Uid);
    }

    [Fact]
    public async Task The_sandboxs_kubeconfig_leads_to_it()
    {
        await using var sandbox = KubernetesSandbox.Start();
        using var folder = new TempFolder();
        using var connection = new ClusterConnection(KubeConfigLoader.Load(folder.Write("config", sandbox.Kubeconfig), null));
        Assert.Equal("EventList", (string?)(await connection.RequestAsync(HttpMethod.Get, "/api/v1/events"))["kind"]);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_an_error_that_names_its_address_and_where_it_was_configured()
    {
        await using var sandbox = KubernetesSandbox.Start();
        using var connection = Clusters.Of(sandbox, overTcp: true);
        sandbox.RefuseConnections();
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/version"));
        Assert.Equal((ClusterConnectionFailure.Unreachable, false), (error.Failure, !error.WasNotSent));
        Assert.StartsWith($"Cannot reach the API server {sandbox.Address} (context 'prod' of /home/me/.kube/config): ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_without_an_address_is_an_error_that_names_it()
    {
        using var connection = new ClusterConnection(Clusters.Configuration with { Server = new Uri("https://no-such-host.invalid") });
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/version"));
        Assert.Equal(ClusterConnectionFailure.Unreachable, error.Failure);
        Assert.Contains("https://no-such-host.invalid/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_right_of_a_token_names_its_user()
    {
        var user = new SandboxUser("limited-user", "t-1");
        await using var sandbox = KubernetesSandbox.Start(new SandboxOptions { Users = [user] });
        using var connection = Clusters.Of(sandbox, overTcp: true, configuration => configuration with { Token = "t-1" });
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => new ClusterEventSink(connection).CreateAsync(Event("e.1"), default).AsTask());
        Assert.Equal(new AccessDenial("limited-user", "create", "events", "", "default"), AccessDenial.From(error.Status));
        using var wrong = Clusters.Of(sandbox, overTcp: true, configuration => configuration with { Token = "t-2" });
        Assert.Equal(401, (await Assert.ThrowsAsync<KubernetesApiException>(() => wrong.RequestAsync(HttpMethod.Get, "/api"))).Status.Code);
    }

    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static KubeEvent Event(string name) => new()
    {
        Name = name,
        Namespace = "default",
        InvolvedObject = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = "my-op-redis" },
        Type = "Normal",
        Reason = "扩容",
        Message = "replicas set to 3",
        SourceComponent = "RedisOperator",
    };
}
