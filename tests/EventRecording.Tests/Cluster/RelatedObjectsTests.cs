using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

public sealed class RelatedObjectsTests : IDisposable
{
    private readonly KubernetesSandbox _sandbox = WebCluster.Fill(new KubernetesSandbox(new SandboxOptions
    {
        Users =
        [
            SandboxUser.Administrator("admin"),
            new SandboxUser("limited", "limited", new SandboxRule(["get", "list"], [""], ["pods"])),
            new SandboxUser("blind", "blind"),
        ],
    }));

    [Fact]
    public async Task Of_a_pod_owners_owned_objects_node_claims_volumes_and_configuration_are_found()
    {
        var found = await FindAsync(WebCluster.Pod);

        Assert.Equal(
            [
                "self pod/web-0", "owner replicaset/web-1", "owner deployment/web", "owned sidecar/of-web-0",
                "node node/node-1", "claim persistentvolumeclaim/data", "claim persistentvolumeclaim/web-0-scratch",
                "config configmap/settings", "config secret/projected", "config secret/tls", "config secret/registry",
                "config configmap/env", "config secret/env", "config secret/password", "volume persistentvolume/pv-1",
            ],
            found.Objects.Select(it => $"{it.Relation} {it.Reference}"));
        Assert.Empty(found.Conditions);
        Assert.Equal(["persistentvolumeclaim/web-0-scratch could not be read"], found.Unread.Select(it => it[..it.IndexOf(':', StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task Each_reference_stands_where_its_events_name_it()
    {
        var found = await FindAsync(WebCluster.Pod);

        Assert.All(found.Objects, it => Assert.Equal(it.Relation is ObjectRelation.Node or ObjectRelation.Volume ? null : "shop", it.Reference.Namespace));
        Assert.Equal(WebCluster.Reference("apps/v1", "Deployment", "web"), found.Objects.Single(it => it.Reference.Kind == "Deployment").Reference);
    }

    [Fact]
    public async Task Of_a_deployment_its_pods_lead_on()
    {
        var found = await FindAsync(WebCluster.Reference("apps/v1", "Deployment", "web"));

        Assert.Equal(["of-web-0", "sibling", "web-0", "web-1"], found.Objects.Where(it => it.Relation == ObjectRelation.Owned).Select(it => it.Reference.Name).Order());
        Assert.Equal(["node-1", "pv-1"], found.Objects.Where(it => it.Relation is ObjectRelation.Node or ObjectRelation.Volume).Select(it => it.Reference.Name));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", """{ "template": POD }""")]
    [InlineData("batch/v1", "CronJob", """{ "jobTemplate": { "spec": { "template": POD } } }""")]
    public async Task A_workload_without_a_pod_names_its_configuration_itself(string apiVersion, string kind, string spec)
    {
        const string Pod = """{ "spec": { "volumes": [{ "name": "a", "configMap": { "name": "missing" } }] } }""";
        _sandbox.Add($$"""{ "apiVersion": "{{apiVersion}}", "kind": "{{kind}}", "metadata": { "name": "new", "namespace": "shop" }, "spec": {{spec.Replace("POD", Pod, StringComparison.Ordinal)}} }""");

        Assert.Contains((await FindAsync(WebCluster.Reference(apiVersion, kind, "new") with { Uid = null })).Objects, it => it is { Relation: ObjectRelation.Config, Reference.Name: "missing" });
    }

    [Fact]
    public async Task Owners_that_go_on_without_end_are_not_followed_without_end()
    {
        for (var i = 0; i <= 30; i++)
            _sandbox.Add($$"""{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "m{{i}}", "namespace": "shop", "ownerReferences": [{ "apiVersion": "v1", "kind": "ConfigMap", "name": "m{{i + 1}}", "uid": "u{{i + 1}}" }] } }""");

        var found = await FindAsync(new ObjectReference { ApiVersion = "v1", Kind = "ConfigMap", Namespace = "shop", Name = "m0" });

        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"m{i}"), found.Objects.Where(it => it.Relation == ObjectRelation.Owner).Select(it => it.Reference.Name));
        Assert.Equal("configmap/m21 could not be read: it is the owner of owners 20 times over.", Assert.Single(found.Unread));
    }

    [Fact]
    public async Task Nothing_of_a_secret_or_a_config_map_comes_over_the_wire_but_its_metadata()
    {
        await FindAsync(WebCluster.Pod, conditions: true);
        Assert.DoesNotContain(_sandbox.Requests, it => it.Verb == "get" && it.Resource is "secrets" or "configmaps");
        _sandbox.ClearRequests();

        await FindAsync(WebCluster.Reference("v1", "Secret", "password"), conditions: true);
        await FindAsync(WebCluster.Reference("v1", "ConfigMap", "settings"), conditions: true);

        var read = _sandbox.Requests.Where(it => it.Verb == "get" && it.Resource is "secrets" or "configmaps").ToList();
        Assert.NotEmpty(read);
        Assert.All(_sandbox.Requests.Where(it => it.Resource is "secrets" or "configmaps"), it => Assert.Contains("as=PartialObjectMetadata", it.Headers["Accept"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Conditions_are_those_of_all_objects_with_the_time_of_their_last_transition()
    {
        var found = await FindAsync(WebCluster.Pod, conditions: true);

        Assert.Equal(["DiskPressure=True", "Ready=False", "Available=False"], found.Conditions.Select(it => it.Reason));
        var ready = found.Conditions[1];
        Assert.Equal(("Condition", "Ready", "False", "ContainersNotReady: web is not ready"), (ready.Type, ready.Condition, ready.Status, ready.Message));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 14, 5, 30, TimeSpan.Zero), ready.LastSeen);
        Assert.Equal(WebCluster.Pod, ready.InvolvedObject);
        Assert.Null(ready.Uid);
    }

    [Fact]
    public async Task Without_relations_only_the_object_itself_is_read()
    {
        using var connection = Connect("admin");
        var found = await new RelatedObjects(new ResourceMapper(connection)).FindConditionsAsync([WebCluster.Pod]);

        Assert.Equal(["Ready=False"], found.Conditions.Select(it => it.Reason));
        Assert.Equal(ObjectRelation.Self, Assert.Single(found.Objects).Relation);
    }

    [Fact]
    public async Task What_may_not_be_read_is_said_and_the_rest_is_found()
    {
        var found = await FindAsync(WebCluster.Pod, token: "limited");

        Assert.Contains(found.Objects, it => it.Relation == ObjectRelation.Node);
        Assert.Equal(["web-1"], found.Objects.Where(it => it.Relation == ObjectRelation.Owner).Select(it => it.Reference.Name));
        Assert.Contains(found.Unread, it => it.StartsWith("replicaset/web-1 could not be read: ", StringComparison.Ordinal));
        Assert.Contains(found.Unread, it => it.StartsWith("sidecars.example.com in namespace shop could not be looked through: ", StringComparison.Ordinal));

        Assert.Equal(["self"], (await FindAsync(WebCluster.Pod, token: "blind")).Objects.Select(it => it.Relation));
    }

    [Fact]
    public async Task An_object_that_is_no_JSON_costs_none_of_the_others()
    {
        using var twice = new TwiceNamed("/api/v1/namespaces/shop/pods/web-0", _sandbox.CreateHandler());
        using var connection = Clusters.Over(twice, Clusters.Configuration with { Server = new Uri("http://sandbox/"), Token = "admin" });

        var found = await new RelatedObjects(new ResourceMapper(connection)).FindAsync([WebCluster.Pod], withConditions: true);

        Assert.Contains(found.Objects, it => it.Relation == ObjectRelation.Owned);
        Assert.Contains(found.Unread, it => it.StartsWith("pod/web-0 could not be read: ", StringComparison.Ordinal) && it.Contains("A field stands in it twice.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Owners_that_go_round_in_a_circle_come_once()
    {
        _sandbox.Add("""{"apiVersion":"example.com/v1","kind":"A","metadata":{"name":"a","namespace":"shop","uid":"a","ownerReferences":[{"apiVersion":"example.com/v1","kind":"B","name":"b","uid":"b"}]}}""");
        _sandbox.Add("""{"apiVersion":"example.com/v1","kind":"B","metadata":{"name":"b","namespace":"shop","uid":"b","ownerReferences":[{"apiVersion":"example.com/v1","kind":"A","name":"a","uid":"a"}]}}""");

        var found = await FindAsync(new ObjectReference { ApiVersion = "example.com/v1", Kind = "A", Namespace = "shop", Name = "a", Uid = "a" });

        Assert.Equal(["self a/a", "owner b/b"], found.Objects.Select(it => $"{it.Relation} {it.Reference}"));
    }

    [Fact]
    public async Task An_object_of_any_form_breaks_nothing()
    {
        foreach (var spec in new[] { "7", "[]", "null", """{"volumes":{},"containers":[null,7,{"env":[[]]}],"nodeName":{}}""" })
        {
            _sandbox.Faults.Next(Fault.Answer(200, "application/json", $$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-0"},"spec":{{spec}},"status":{"conditions":[7,{"lastTransitionTime":"yesterday"}]} }"""), it => it.Verb == "get" && it.Resource == "pods");
            Assert.Equal(["self", "owned"], (await FindAsync(WebCluster.Pod, conditions: true)).Objects.Select(it => it.Relation));
        }
    }

    public void Dispose() => _sandbox.Dispose();

    private async Task<RelatedObjectsResult> FindAsync(ObjectReference regarding, bool conditions = false, string token = "admin")
    {
        using var connection = Connect(token);
        return await new RelatedObjects(new ResourceMapper(connection)).FindAsync([regarding], conditions);
    }

    private ClusterConnection Connect(string token) =>
        Clusters.Over(_sandbox.CreateHandler(), Clusters.Configuration with { Server = new Uri("http://sandbox/"), Token = token });

    /// <summary>One object of this server has a field twice, deep in it.</summary>
    private sealed class TwiceNamed(string path, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => request.RequestUri!.AbsolutePath == path
            ? FakeHandler.Json("""{"kind":"Pod","metadata":{"name":"web-0"},"spec":{"nodeName":"a","nodeName":"b"}}""")
            : await base.SendAsync(request, cancellationToken);
    }
}
