using System.Net;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Discovery;

public class ResourceMapperTests
{
    private readonly DiscoveryServer _server = new DiscoveryServer()
        .Add("v1", "pods", "Pod", "po", "pod")
        .Add("v1", "pods/status", "Pod")
        .Add("v1", "events", "Event", "ev")
        .Add("v1", "namespaces", "Namespace", "ns", namespaced: false)
        .Add("v1", "services", "Service", "svc", "service")
        .Add("apps/v1", "deployments", "Deployment", "deploy", "deployment")
        .Add("autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa")
        .Add("autoscaling/v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", "hpa")
        .Add("cache.example.com/v1", "redises", "Redis", "rd", "redis")
        .Add("cache.example.com/v1", "fleets", "Fleet", "fl", "fleet", namespaced: false)
        .Add("events.k8s.io/v1", "events", "Event", "ev")
        .Add("serving.knative.dev/v1", "services", "Service", "ksvc", "service")
        .Add("other.example.com/v1", "redises", "Redis", "rd", "redis");

    [Theory]
    [InlineData("redises", "redises.cache.example.com", "v1")]
    [InlineData("redis", "redises.cache.example.com", "v1")]
    [InlineData("Redis", "redises.cache.example.com", "v1")]
    [InlineData("REDIS", "redises.cache.example.com", "v1")]
    [InlineData("rd", "redises.cache.example.com", "v1")]
    [InlineData("redis.other.example.com", "redises.other.example.com", "v1")]
    [InlineData("rd.other.example.com", "redises.other.example.com", "v1")]
    [InlineData("redises.v1.other.example.com", "redises.other.example.com", "v1")]
    [InlineData("Redis.v1.other.example.com", "redises.other.example.com", "v1")]
    [InlineData("redis.other", "redises.other.example.com", "v1")]
    [InlineData("deploy", "deployments.apps", "v1")]
    [InlineData("deployment.apps", "deployments.apps", "v1")]
    [InlineData("deployments.v1.apps", "deployments.apps", "v1")]
    [InlineData("pod", "pods", "v1")]
    [InlineData("po", "pods", "v1")]
    [InlineData("pods.v1.", "pods", "v1")]
    [InlineData("events", "events", "v1")]
    [InlineData("ev.events.k8s.io", "events.events.k8s.io", "v1")]
    [InlineData("svc", "services", "v1")]
    [InlineData("service", "services", "v1")]
    [InlineData("ksvc", "services.serving.knative.dev", "v1")]
    [InlineData("service.serving.knative.dev", "services.serving.knative.dev", "v1")]
    [InlineData("hpa", "horizontalpodautoscalers.autoscaling", "v2")]
    [InlineData("hpa.v1.autoscaling", "horizontalpodautoscalers.autoscaling", "v1")]
    [InlineData("hpa.autoscal", "horizontalpodautoscalers.autoscaling", "v2")]
    public async Task A_name_is_resolved_as_kubectl_does_from_both_forms_of_discovery(string name, string expected, string version)
    {
        foreach (var isAggregated in new[] { true, false })
        {
            _server.IsAggregated = isAggregated;
            using var handler = new FakeHandler(_server.Answer);
            using var connection = Clusters.Over(handler);
            var resource = await new ResourceMapper(connection).ResolveAsync(name);
            Assert.Equal((expected, version), (resource.ToString(), resource.Version));
        }
    }

    [Theory]
    [InlineData("../v1", "wats")]
    [InlineData("example.com/..", "wats")]
    [InlineData("example.com/v1", "..")]
    [InlineData("example.com/v%2F1", "wats")]
    public async Task What_would_lead_out_of_the_path_of_the_server_is_no_resource(string apiVersion, string name)
    {
        _server.Add(apiVersion, name, "Wat");
        foreach (var isAggregated in new[] { true, false })
        {
            _server.IsAggregated = isAggregated;
            using var handler = new FakeHandler(_server.Answer);
            using var connection = Clusters.Over(handler);
            await Assert.ThrowsAsync<ResourceNotFoundException>(async () => await new ResourceMapper(connection).ResolveAsync("wat"));
            Assert.Equal("redises", (await new ResourceMapper(connection).ResolveAsync("redis")).Resource);
            Assert.DoesNotContain(handler.Requests, sent => sent.PathAndQuery.Contains("..", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("v2", 2)]
    [InlineData("v2beta1", 2)]
    [InlineData("v3", 10)]
    public async Task Aggregated_discovery_takes_two_requests_and_the_classic_one_is_the_fallback(string version, int requests)
    {
        (_server.IsAggregated, _server.AggregatedVersion) = (true, version);
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        await new ResourceMapper(connection).ResolveAsync("redis");
        Assert.Equal(requests, handler.Requests.Count);
    }

    [Fact]
    public async Task Discovery_of_real_servers_is_read()
    {
        foreach (var (version, expected) in new[] { (Transcript.V1_20, "v1"), (Transcript.Generic0_36, "v1") })
        {
            var steps = Transcript.Steps(version, "discovery").ToLookup(step => step.GetProperty("request").GetProperty("path").GetString());
            using var handler = new FakeHandler(request =>
                steps[request.PathAndQuery].LastOrDefault() is { ValueKind: System.Text.Json.JsonValueKind.Object } step && step.GetProperty("response").TryGetProperty("body", out var body)
                    ? FakeHandler.Json(body.GetRawText())
                    : FakeHandler.Text("404 page not found", HttpStatusCode.NotFound));
            using var connection = Clusters.Over(handler);
            var mapper = new ResourceMapper(connection);
            var redis = await mapper.ResolveAsync("rd");
            Assert.Equal(("cache.example.com", expected, "redises", "Redis", true), (redis.Group, redis.Version, redis.Resource, redis.Kind, redis.IsNamespaced));
            Assert.False((await mapper.ResolveAsync("fleet")).IsNamespaced);
            Assert.Equal("", (await mapper.ResolveAsync("ev")).Group);
        }
    }

    [Fact]
    public async Task A_group_that_does_not_answer_takes_no_other_with_it_and_is_named()
    {
        _server.Broken.Add("/apis/apps/v1");
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var mapper = new ResourceMapper(connection);
        Assert.Equal("Redis", (await mapper.ResolveAsync("rd")).Kind);
        var error = await Assert.ThrowsAsync<ResourceNotFoundException>(() => mapper.ResolveAsync("deploy").AsTask());
        Assert.Equal("The server has no resource 'deploy' (https://cluster.example.com:6443/ (context 'prod' of /home/me/.kube/config)). These groups did not answer: apps/v1.", error.Message);
    }

    [Fact]
    public async Task What_is_not_found_may_be_in_the_core_group_if_that_did_not_answer()
    {
        _server.Broken.Add("/api/v1");
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ResourceNotFoundException>(() => new ResourceMapper(connection).ResolveAsync("pods").AsTask());
        Assert.Equal(["v1"], error.Unanswered);
        Assert.True(error.MayBeIn(""));
        Assert.False(error.MayBeIn("apps"));
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_looked_for_once_more_and_similar_ones_are_named()
    {
        _server.IsAggregated = true;
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var mapper = new ResourceMapper(connection);
        await mapper.ResolveAsync("po");
        Assert.Equal(2, handler.Requests.Count);

        _server.Add("new.example.com/v1", "gadgets", "Gadget", singular: "gadget");
        Assert.Equal("Gadget", (await mapper.ResolveAsync("gadget")).Kind);
        Assert.Equal(4, handler.Requests.Count);

        var error = await Assert.ThrowsAsync<ResourceNotFoundException>(() => mapper.ResolveAsync("redus").AsTask());
        Assert.Contains("Is it redises.cache.example.com, redises.other.example.com?", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, handler.Requests.Count);

        // Two other letters of three are another word.
        error = await Assert.ThrowsAsync<ResourceNotFoundException>(() => mapper.ResolveAsync("foo").AsTask());
        Assert.DoesNotContain("Is it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_read_is_kept_for_ten_minutes()
    {
        _server.IsAggregated = true;
        var time = new FakeTimeProvider();
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler, time: time);
        var mapper = new ResourceMapper(connection);
        await mapper.ResolveAsync("po");
        time.Advance(TimeSpan.FromMinutes(9.9));
        await mapper.ResolveAsync(new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis" });
        Assert.Equal(2, handler.Requests.Count);
        time.Advance(TimeSpan.FromMinutes(0.1));
        await mapper.ResolveAsync("po");
        Assert.Equal(4, handler.Requests.Count);
    }

    [Fact]
    public async Task What_is_not_served_is_looked_for_again_after_some_seconds()
    {
        _server.IsAggregated = true;
        var time = new FakeTimeProvider();
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler, time: time);
        var mapper = new ResourceMapper(connection);
        var backup = new ObjectReference { ApiVersion = "backup.example.com/v1", Kind = "Backup", Name = "nightly" };
        for (var i = 0; i < 100; i++)
        {
            var error = await Assert.ThrowsAsync<ResourceNotFoundException>(() => mapper.ResolveAsync(backup).AsTask());
            Assert.StartsWith("The server has no resource 'Backup.backup.example.com' (", error.Message, StringComparison.Ordinal);
            Assert.Null(await mapper.IsNamespacedAsync("backup.example.com/v1", "Backup"));
        }

        Assert.Equal(["/api", "/apis"], handler.Requests.Select(request => request.PathAndQuery).Order());

        _server.Add("backup.example.com/v1", "backups", "Backup");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("backups", (await mapper.ResolveAsync(backup)).Resource);
    }

    [Fact]
    public async Task A_name_is_looked_for_again_at_once()
    {
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler, time: new FakeTimeProvider());
        var mapper = new ResourceMapper(connection);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => mapper.ResolveAsync("backup").AsTask());
        _server.Add("backup.example.com/v1", "backups", "Backup", singular: "backup");
        Assert.Equal("Backup", (await mapper.ResolveAsync("backup")).Kind);
    }

    [Fact]
    public async Task What_others_looked_for_in_vain_delays_nothing_that_was_not_asked_for()
    {
        _server.IsAggregated = true;
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler, time: new FakeTimeProvider());
        var mapper = new ResourceMapper(connection);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => mapper.ResolveAsync("backup").AsTask());
        _server.Add("backup.example.com/v1", "backups", "Backup", singular: "backup").Add("new.example.com/v1", "gadgets", "Gadget", singular: "gadget");
        Assert.Equal("Gadget", (await mapper.ResolveAsync("gadget")).Kind);
        Assert.Equal("Backup", (await mapper.ResolveAsync("backup")).Kind);
    }

    [Fact]
    public async Task A_group_that_did_not_answer_is_asked_again_after_some_seconds_by_who_wants_all()
    {
        _server.IsAggregated = true;
        _server.Broken.Add("/apis/apps/v1");
        var time = new FakeTimeProvider();
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler, time: time);
        var mapper = new ResourceMapper(connection);
        Assert.Equal(["apps/v1"], (await mapper.Catalogs.GetAsync(default)).Failed);
        _server.Broken.Clear();
        time.Advance(TimeSpan.FromSeconds(4.9));
        await mapper.GetResourcesAsync();
        Assert.Equal(2, handler.Requests.Count);

        time.Advance(TimeSpan.FromSeconds(0.1));
        await mapper.ResolveAsync("po");
        Assert.Equal(2, handler.Requests.Count);
        Assert.Empty((await mapper.Catalogs.GetAsync(default)).Failed);
    }

    [Fact]
    public async Task Concurrent_callers_share_one_reading()
    {
        _server.IsAggregated = true;
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var mapper = new ResourceMapper(connection);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => mapper.ResolveAsync("po").AsTask())));
        Assert.Equal(2, handler.Requests.Count);
    }

    [Theory]
    [InlineData("Redis", "other.example.com/v9", "redises.other.example.com")]
    [InlineData("Redis", "cache.example.com/v1", "redises.cache.example.com")]
    [InlineData("Deployment", null, "deployments.apps")]
    [InlineData("redises", "cache.example.com/v1", null)]
    [InlineData("redis", "cache.example.com/v1", null)]
    [InlineData("Redis", "v1", null)]
    public async Task An_object_s_resource_is_that_of_its_kind_and_group(string kind, string? apiVersion, string? expected)
    {
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var finding = new ResourceMapper(connection).ResolveAsync(new ObjectReference { ApiVersion = apiVersion, Kind = kind, Name = "r" }).AsTask();
        if (expected is null)
            await Assert.ThrowsAsync<ResourceNotFoundException>(() => finding);
        else
            Assert.Equal(expected, (await finding).ToString());
    }

    [Theory]
    [InlineData("rd/my-op-redis", null, "/apis/cache.example.com/v1/namespaces/default/redises/my-op-redis", "default")]
    [InlineData("Redis/my-op-redis", "wire", "/apis/cache.example.com/v1/namespaces/wire/redises/my-op-redis", "wire")]
    [InlineData("fleet/europe", "wire", "/apis/cache.example.com/v1/fleets/europe", null)]
    [InlineData("pod/p", "wire", "/api/v1/namespaces/wire/pods/p", "wire")]
    public async Task An_object_is_looked_up_with_its_uid(string name, string? ns, string path, string? expectedNamespace)
    {
        using var handler = new FakeHandler(request => request.PathAndQuery == path
            ? FakeHandler.Json("""{"kind":"PartialObjectMetadata","metadata":{"name":"n","uid":"u-1","resourceVersion":"7"}}""")
            : _server.Answer(request));
        using var connection = Clusters.Over(handler);
        var resolved = await new ResourceMapper(connection).GetObjectAsync(name, ns);
        Assert.Null(resolved.Denied);
        Assert.Equal(("u-1", "7", expectedNamespace), (resolved.Reference.Uid, resolved.Reference.ResourceVersion, resolved.Reference.Namespace));
        Assert.Equal(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..], resolved.Reference.Name);
    }

    [Theory]
    [InlineData("pod/p", "u-static")]
    [InlineData("redis/r", "u-1")]
    public async Task The_mirror_of_a_static_pod_has_the_uid_of_that_pod(string name, string expected)
    {
        using var handler = new FakeHandler(request => request.PathAndQuery.EndsWith(name[^2..], StringComparison.Ordinal)
            ? FakeHandler.Json("""{"kind":"PartialObjectMetadata","metadata":{"name":"n","uid":"u-1","annotations":{"kubernetes.io/config.mirror":"u-static"}}}""")
            : _server.Answer(request));
        using var connection = Clusters.Over(handler);
        Assert.Equal(expected, (await new ResourceMapper(connection).GetObjectAsync(name, "wire")).Reference.Uid);
    }

    [Fact]
    public async Task Without_the_right_to_get_an_object_it_is_known_without_its_uid()
    {
        using var handler = new FakeHandler(request => request.PathAndQuery.Contains("/redises/", StringComparison.Ordinal)
            ? FakeHandler.Json(Transcript.Body(Transcript.V1_20, "rights", 1).GetRawText(), HttpStatusCode.Forbidden)
            : _server.Answer(request));
        using var connection = Clusters.Over(handler);
        var resolved = await new ResourceMapper(connection).GetObjectAsync("redis/my-op-redis", "wire");
        Assert.Equal(new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "wire", Name = "my-op-redis" }, resolved.Reference);
        Assert.Equal("get", AccessDenial.From(resolved.Denied!.Status)?.Verb);
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_an_error()
    {
        using var handler = new FakeHandler(request => request.PathAndQuery.Contains("/redises/", StringComparison.Ordinal)
            ? FakeHandler.Json(Transcript.Body(Transcript.V1_20, "access", 8).GetRawText(), HttpStatusCode.NotFound)
            : _server.Answer(request));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => new ResourceMapper(connection).GetObjectAsync("redis/none", "wire"));
        Assert.Equal(404, error.Status.Code);
        Assert.Contains("redises.cache.example.com \"none\" not found in namespace 'wire' (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_that_changed_its_version_or_went_is_noticed_with_the_first_object()
    {
        string? served = "/apis/cache.example.com/v2/namespaces/wire/redises/r";
        var server = new DiscoveryServer().Add("cache.example.com/v1", "redises", "Redis", "rd", "redis");
        using var handler = new FakeHandler(request =>
            request.PathAndQuery == served ? FakeHandler.Json("""{"kind":"PartialObjectMetadata","metadata":{"name":"r","uid":"u-2"}}""")
            : request.PathAndQuery.Contains("/namespaces/", StringComparison.Ordinal) ? FakeHandler.Text("404 page not found\n", HttpStatusCode.NotFound)
            : server.Answer(request));
        using var connection = Clusters.Over(handler);
        var mapper = new ResourceMapper(connection);
        await mapper.ResolveAsync("rd");

        server = new DiscoveryServer().Add("cache.example.com/v2", "redises", "Redis", "rd", "redis");
        var found = await mapper.GetObjectAsync("rd/r", "wire");
        Assert.Equal(("cache.example.com/v2", "u-2"), (found.Reference.ApiVersion, found.Reference.Uid));

        (server, served) = (new DiscoveryServer().Add("v1", "pods", "Pod"), null);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => mapper.GetObjectAsync("rd/r", "wire"));
    }

    [Fact]
    public async Task A_resource_whose_path_leads_nowhere_does_not_cost_a_reading_with_each_object()
    {
        _server.IsAggregated = true;
        using var handler = new FakeHandler(request => request.PathAndQuery.Contains("/namespaces/", StringComparison.Ordinal)
            ? FakeHandler.Text("404 page not found\n", HttpStatusCode.NotFound)
            : _server.Answer(request));
        using var connection = Clusters.Over(handler, time: new FakeTimeProvider());
        var mapper = new ResourceMapper(connection);
        for (var i = 0; i < 10; i++)
            Assert.Equal(404, (await Assert.ThrowsAsync<KubernetesApiException>(() => mapper.GetObjectAsync("redis/r", "wire"))).Status.Code);
        Assert.InRange(handler.Requests.Count(request => request.PathAndQuery == "/apis"), 1, 2);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("redis/")]
    [InlineData("/r")]
    [InlineData("apps/v1/redis")]
    [InlineData("")]
    public async Task What_names_no_object_is_an_error_before_anything_is_asked(string name)
    {
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<FormatException>(() => new ResourceMapper(connection).GetObjectAsync(name, null));
        Assert.Contains("redis/my-op-redis", error.Message, StringComparison.Ordinal);
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData("pod/.")]
    [InlineData("pod/..")]
    [InlineData("fleet/%2e%2e")]
    public async Task A_name_that_would_lead_elsewhere_is_an_error_before_anything_is_asked(string name)
    {
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        await Assert.ThrowsAsync<FormatException>(() => new ResourceMapper(connection).GetObjectAsync(name, null));
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData("..", "default")]
    [InlineData(".", "default")]
    [InlineData("a/b", "default")]
    [InlineData("p", "..")]
    public async Task An_object_that_another_one_names_so_is_not_there(string name, string ns)
    {
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var mapper = new ResourceMapper(connection);
        var pods = await mapper.ResolveAsync("pods");
        var asked = handler.Requests.Count;
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => mapper.GetObjectAsync(pods, ns, name));
        Assert.Equal((404, asked), (error.Status.Code, handler.Requests.Count));
    }

    [Theory]
    [InlineData("realwidget", "widgets.b.example.com")]
    [InlineData("widget", "widgets.b.example.com")]
    [InlineData("sprocket", "sprockets.a.example.com")]
    [InlineData("gear", "cogs.b.example.com")]
    public async Task The_name_of_a_resource_comes_before_a_short_name_and_that_before_a_kind(string name, string expected)
    {
        var server = new DiscoveryServer()
            .Add("a.example.com/v1", "sprockets", "Widget", singular: "sprocket")
            .Add("a.example.com/v1", "wheels", "Gear", singular: "wheel")
            .Add("b.example.com/v1", "widgets", "RealWidget", singular: "widget")
            .Add("b.example.com/v1", "cogs", "Cog", "gear", "cog");
        using var handler = new FakeHandler(server.Answer);
        using var connection = Clusters.Over(handler);
        Assert.Equal(expected, (await new ResourceMapper(connection).ResolveAsync(name)).ToString());
    }

    [Theory]
    [InlineData("rd", "The name 'rd' stands for redises.cache.example.com here, and for redises.other.example.com too: write it so if that is meant.")]
    [InlineData("redis.cache.example.com", null)]
    [InlineData("po", null)]
    [InlineData("hpa", null)]
    [InlineData("rd.other.example.com", null)]
    public async Task A_short_name_of_several_resources_is_warned_of_once(string name, string? expected)
    {
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var warnings = new List<string>();
        connection.WarningReceived += (_, text) => warnings.Add(text);
        var mapper = new ResourceMapper(connection);
        await mapper.ResolveAsync(name);
        await mapper.ResolveAsync(name);
        Assert.Equal(expected is null ? [] : [expected], warnings);
    }

    [Theory]
    [InlineData("backup", "The name 'backup' stands for backups.a.example.com here, and for backups.b.example.com, copies.b.example.com too: write it so if that is meant.")]
    [InlineData("Backups", "The name 'Backups' stands for backups.a.example.com here, and for backups.b.example.com too: write it so if that is meant.")]
    [InlineData("backup.b.example.com", null)]
    [InlineData("backup.v1.a.example.com", null)]
    [InlineData("copy", null)]
    [InlineData("pod", null)]
    [InlineData("Ingress", null)]
    public async Task A_name_that_several_groups_serve_is_warned_of_unless_it_is_one_of_Kubernetes(string name, string? expected)
    {
        var server = new DiscoveryServer()
            .Add("v1", "pods", "Pod", "po", "pod")
            .Add("networking.k8s.io/v1", "ingresses", "Ingress", "ing", "ingress")
            .Add("a.example.com/v1", "backups", "Backup", singular: "backup")
            .Add("b.example.com/v1beta1", "backups", "Backup", singular: "backup")
            .Add("b.example.com/v1", "backups", "Backup", singular: "backup")
            .Add("b.example.com/v1", "copies", "Backup", singular: "copy")
            .Add("b.example.com/v1", "ingresses", "Ingress", singular: "ingress")
            .Add("metrics.k8s.io/v1beta1", "pods", "PodMetrics", singular: "pod");
        using var handler = new FakeHandler(server.Answer);
        using var connection = Clusters.Over(handler);
        var warnings = new List<string>();
        connection.WarningReceived += (_, text) => warnings.Add(text);
        await new ResourceMapper(connection).ResolveAsync(name);
        Assert.Equal(expected is null ? [] : [expected], warnings);
    }

    [Theory]
    [InlineData("cache.example.com/v1", "Redis", true)]
    [InlineData("cache.example.com/v1", "Fleet", false)]
    [InlineData("cache.example.com/v1beta1", "Fleet", false)]
    [InlineData("cache.example.com/v1", "Gone", null)]
    public async Task Whether_a_kind_is_namespaced_takes_one_reading_of_what_is_served(string apiVersion, string kind, bool? expected)
    {
        _server.IsAggregated = true;
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler, time: new FakeTimeProvider());
        var mapper = new ResourceMapper(connection);
        Assert.Equal(expected, await mapper.IsNamespacedAsync(apiVersion, kind));
        Assert.Equal(expected, await mapper.IsNamespacedAsync(apiVersion, kind));
        Assert.Equal(1, handler.Requests.Count(request => request.PathAndQuery == "/apis"));
    }

    [Fact]
    public async Task Whether_a_kind_is_namespaced_is_known_of_one_that_is_newer_than_what_was_read()
    {
        using var handler = new FakeHandler(_server.Answer);
        using var connection = Clusters.Over(handler);
        var mapper = new ResourceMapper(connection);
        await mapper.GetResourcesAsync();
        _server.Add("new.example.com/v1", "tenants", "Tenant", namespaced: false);
        Assert.False(await mapper.IsNamespacedAsync("new.example.com/v1", "Tenant"));
    }

    [Fact]
    public async Task Nobody_knows_it_where_the_server_does_not_answer()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Text("service unavailable", HttpStatusCode.ServiceUnavailable));
        using var connection = Clusters.Over(handler);
        Assert.Null(await new ResourceMapper(connection).IsNamespacedAsync("v1", "Pod"));
    }
}
