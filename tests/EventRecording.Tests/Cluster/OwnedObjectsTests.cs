using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

/// <summary>Finds owned objects on a sandbox that serves two namespaced kinds and a cluster-scoped one.</summary>
public sealed class OwnedObjectsTests : IDisposable
{
    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    private readonly KubernetesSandbox _sandbox;
    private readonly ClusterConnection _connection;

    public OwnedObjectsTests()
    {
        _sandbox = new KubernetesSandbox(new SandboxOptions
        {
            Users =
            [
                SandboxUser.Administrator("admin"),
                new SandboxUser("limited", "limited", new SandboxRule(["list"], ["cache.example.com"], ["redises"])),
            ],
        });
        _connection = Connect("admin");
        Define("Redis", "redises", "Namespaced");
        Define("Backup", "backups", "Namespaced");
        Define("Tenant", "tenants", "Cluster");
        _sandbox.CreateNamespace("wire");
        _sandbox.CreateNamespace("other");
        Put("Tenant", "acme", null);
        Put("Redis", "my-op-redis", "wire", "acme");
        Put("Backup", "nightly", "wire", "my-op-redis");
        Put("Backup", "copy", "wire", "nightly");
        Put("Redis", "second", "other", "acme");
        Put("Backup", "stranger", "wire");
    }

    [Fact]
    public async Task A_namespaced_object_is_searched_for_in_its_namespace_only()
    {
        var found = await FindAsync(Reference("Redis", "my-op-redis", "wire"));

        Assert.Equal(["backup/nightly", "backup/copy"], found.Objects.Select(it => it.ToString()));
        Assert.Empty(found.Skipped);
        Assert.Equal(["/backups", "/redises"], Lists().Select(it => it.Path[it.Path.LastIndexOf('/')..]).Order());
        Assert.All(Lists(), it => Assert.Contains("/namespaces/wire/", it.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reference_to_what_was_found_is_complete() => Assert.Equal(
        new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Backup", Namespace = "wire", Name = "nightly", Uid = "uid-nightly" },
        (await FindAsync(Reference("Redis", "my-op-redis", "wire"))).Objects[0]);

    [Fact]
    public async Task A_cluster_scoped_object_owns_objects_in_all_namespaces()
    {
        var found = await FindAsync(Reference("Tenant", "acme", null));

        Assert.Equal(["backup/copy", "backup/nightly", "redis/my-op-redis", "redis/second"], found.Objects.Select(it => it.ToString()).Order());
        Assert.DoesNotContain(Lists(), it => it.Path.EndsWith("/events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_events_of_a_family_are_found_where_they_are()
    {
        foreach (var (kind, name, space) in new[] { ("Redis", "my-op-redis", "wire"), ("Backup", "copy", "wire"), ("Redis", "second", "other"), ("Backup", "stranger", "wire") })
            _sandbox.Put(Event(kind, name, space));
        var owner = Reference("Tenant", "acme", null);
        var owned = await FindAsync(owner);

        var events = await new EventReader(new ClusterEventSource(_connection)).ListSortedAsync(new EventQuery { Objects = [owner, .. owned.Objects] });

        Assert.Equal(["copy", "my-op-redis", "second"], events.Select(it => it.InvolvedObject.Name).Order());
    }

    [Fact]
    public async Task Only_metadata_comes_over_the_wire()
    {
        await FindAsync(Reference("Redis", "my-op-redis", "wire"));

        Assert.All(Lists(), it => Assert.Equal(MetadataOnly, it.Headers["Accept"]));
    }

    [Fact]
    public async Task A_server_that_sends_whole_objects_is_understood_too()
    {
        _sandbox.Faults.Next(
            Fault.Answer(200, "application/json", """
                {"kind":"BackupList","apiVersion":"cache.example.com/v1","metadata":{"resourceVersion":"1"},"items":[
                  {"kind":"Backup","apiVersion":"cache.example.com/v1","spec":{"a":[1,{}]},"metadata":{"name":"whole","namespace":"wire","uid":"w",
                   "ownerReferences":[{"apiVersion":"cache.example.com/v1","kind":"Redis","name":"my-op-redis","uid":"uid-my-op-redis"}]},"status":{}}]}
                """),
            request => request.Path.EndsWith("/backups", StringComparison.Ordinal));

        Assert.Equal(["whole"], (await FindAsync(Reference("Redis", "my-op-redis", "wire"))).Objects.Select(it => it.Name));
    }

    [Fact]
    public async Task What_may_not_be_listed_is_skipped_and_said()
    {
        Put("Redis", "replica", "wire", "my-op-redis");
        using var limited = Connect("limited");

        var found = await new OwnedObjects(new ResourceMapper(limited)).FindAsync([Reference("Redis", "my-op-redis", "wire")]);

        Assert.Equal(["replica"], found.Objects.Select(it => it.Name));
        var skipped = Assert.Single(found.Skipped);
        Assert.Equal("backups.cache.example.com", skipped.Resource.ToString());
        Assert.StartsWith("backups.cache.example.com in namespace wire could not be looked through: ", skipped.ToString(), StringComparison.Ordinal);
        Assert.Equal(403, Assert.IsType<KubernetesApiException>(skipped.Error).Status.Code);
    }

    [Fact]
    public async Task Where_all_could_be_looked_through_nothing_is_looked_for_behind_the_rest() =>
        Assert.Same(new OwnedObjectsResult([], [], []).Behind, (await FindAsync(Reference("Tenant", "acme", null))).Behind);

    [Fact]
    public async Task A_resource_that_changed_its_version_is_looked_through_as_it_is_served_now()
    {
        var mapper = new ResourceMapper(_connection);
        await mapper.GetResourcesAsync();
        Define("Backup", "backups", "Namespaced", "v2");

        var found = await new OwnedObjects(mapper).FindAsync([Reference("Redis", "my-op-redis", "wire")]);

        Assert.Equal(["nightly", "copy"], found.Objects.Select(it => it.Name));
        Assert.Empty(found.Skipped);
    }

    [Fact]
    public async Task A_resource_whose_path_leads_nowhere_is_looked_for_once_and_the_others_are_looked_through_once()
    {
        var time = new FakeTimeProvider();
        using var connection = Clusters.Over(_sandbox.CreateHandler(), Clusters.Configuration with { Server = new Uri("http://sandbox/"), Token = "admin" }, time);
        var mapper = new ResourceMapper(connection);
        _sandbox.Faults.Always(Fault.Answer(404, "text/plain", "404 page not found"), IsBackups);
        var objects = new OwnedObjects(mapper);

        await AssertAsync(looks: 1, readings: 2);
        await AssertAsync(looks: 2, readings: 2);
        time.Advance(TimeSpan.FromSeconds(5));
        await AssertAsync(looks: 3, readings: 3);

        async Task AssertAsync(int looks, int readings)
        {
            var found = await objects.FindAsync([Reference("Redis", "my-op-redis", "wire")]);
            Assert.Equal("backups.cache.example.com", Assert.Single(found.Skipped).Resource.ToString());
            Assert.Equal(looks, Lists().Count(request => !IsBackups(request)));
            Assert.Equal(looks, Lists().Count(IsBackups));
            Assert.Equal(readings, _sandbox.Requests.Count(request => request.Path == "/apis"));
        }
    }

    [Fact]
    public async Task A_resource_that_is_gone_is_not_missed()
    {
        Put("Redis", "replica", "wire", "my-op-redis");
        var mapper = new ResourceMapper(_connection);
        await mapper.GetResourcesAsync();
        await UndefineAsync("backups");

        var found = await new OwnedObjects(mapper).FindAsync([Reference("Redis", "my-op-redis", "wire")]);

        Assert.Equal(["replica"], found.Objects.Select(it => it.Name));
        Assert.Empty(found.Skipped);
    }

    [Fact]
    public async Task Of_resources_that_are_gone_those_that_were_tried_cost_one_question_whether_the_server_starts_and_the_others_nothing()
    {
        string[] gone = [.. Enumerable.Range(1, 20).Select(i => $"gone{i}s")];
        foreach (var plural in gone)
            Define(plural[..^1], plural, "Namespaced");
        var mapper = new ResourceMapper(_connection);
        await mapper.GetResourcesAsync();
        foreach (var plural in gone)
            await UndefineAsync(plural);

        var found = await new OwnedObjects(mapper).FindAsync([Reference("Redis", "my-op-redis", "wire")]);

        Assert.Empty(found.Skipped);
        Assert.Equal(2, _sandbox.Requests.Count(request => request.Path == "/apis"));
        Assert.Equal(
            _sandbox.Requests.Count(request => request.Path.Contains("/namespaces/wire/gone", StringComparison.Ordinal)),
            _sandbox.Requests.Count(request => request.Path == "/readyz"));
    }

    [Fact]
    public async Task A_credential_that_is_refused_is_an_error()
    {
        var mapper = new ResourceMapper(_connection);
        await mapper.GetResourcesAsync();
        _sandbox.Faults.Always(Fault.Answer(401, "application/json", """{"kind":"Status","apiVersion":"v1","status":"Failure","code":401}"""));

        await Assert.ThrowsAsync<KubernetesApiException>(() => new OwnedObjects(mapper).FindAsync([Reference("Redis", "my-op-redis", "wire")]));
    }

    [Fact]
    public async Task Long_lists_come_in_pages_and_a_token_that_is_too_old_loses_nothing()
    {
        for (var i = 0; i < 1100; i++)
            Put("Backup", $"b-{i:D4}", "wire", "my-op-redis");
        var pages = 0;
        _sandbox.Faults.Nth(2, Expired(), IsBackups);

        var found = await FindAsync(Reference("Redis", "my-op-redis", "wire"));

        Assert.Equal(1102, found.Objects.Count);
        Assert.All(Lists().Where(IsBackups), it => Assert.Equal(pages++ == 2 ? "" : "500", it.Query("limit")));
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Without_owners_nothing_is_asked()
    {
        Assert.Empty((await FindAsync()).Objects);
        Assert.Empty(_sandbox.Requests);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _sandbox.Dispose();
    }

    private static bool IsBackups(SandboxRequest request) => request.Path.EndsWith("/backups", StringComparison.Ordinal);

    private static Fault Expired() =>
        Fault.Answer(410, "application/json", """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}""");

    private static ObjectReference Reference(string kind, string name, string? ns) =>
        new() { ApiVersion = "cache.example.com/v1", Kind = kind, Namespace = ns, Name = name, Uid = $"uid-{name}" };

    private static string Event(string kind, string name, string ns) => $$"""
        {
          "apiVersion": "v1", "kind": "Event", "metadata": { "name": "{{name}}.1", "namespace": "{{ns}}" }, "reason": "ScaledUp", "type": "Normal",
          "involvedObject": { "apiVersion": "cache.example.com/v1", "kind": "{{kind}}", "name": "{{name}}", "namespace": "{{ns}}", "uid": "uid-{{name}}" }
        }
        """;

    private IEnumerable<SandboxRequest> Lists() => _sandbox.Requests.Where(request => request.Verb == "list");

    private Task<OwnedObjectsResult> FindAsync(params ObjectReference[] owners) => new OwnedObjects(new ResourceMapper(_connection)).FindAsync(owners);

    private ClusterConnection Connect(string token) =>
        Clusters.Over(_sandbox.CreateHandler(), Clusters.Configuration with { Server = new Uri("http://sandbox/"), Token = token });

    private void Put(string kind, string name, string? ns, string? owner = null)
    {
        var space = ns is null ? "" : $", \"namespace\": \"{ns}\"";
        var owners = owner is null ? "" : $", \"ownerReferences\": [ {{ \"apiVersion\": \"cache.example.com/v1\", \"kind\": \"X\", \"name\": \"{owner}\", \"uid\": \"uid-{owner}\" }} ]";
        _sandbox.Put($$"""{ "apiVersion": "cache.example.com/v1", "kind": "{{kind}}", "metadata": { "name": "{{name}}", "uid": "uid-{{name}}"{{space}}{{owners}} } }""");
    }

    private async Task UndefineAsync(string plural)
    {
        using var http = new HttpClient(_sandbox.CreateHandler()) { DefaultRequestHeaders = { Authorization = new("Bearer", "admin") } };
        (await http.DeleteAsync(new Uri($"http://sandbox/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{plural}.cache.example.com"))).EnsureSuccessStatusCode();
    }

    private void Define(string kind, string plural, string scope, string version = "v1") => _sandbox.Put($$"""
        {
          "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "{{plural}}.cache.example.com" },
          "spec": {
            "group": "cache.example.com", "scope": "{{scope}}",
            "names": { "plural": "{{plural}}", "singular": "{{plural[..^1]}}", "kind": "{{kind}}", "listKind": "{{kind}}List" },
            "versions": [ { "name": "{{version}}", "served": true, "storage": true, "schema": { "openAPIV3Schema": { "type": "object" } } } ]
          }
        }
        """);
}
