using System.Net;
using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

public sealed class CustomResourcesTests : IDisposable
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Redises = "/apis/cache.example.com/v1/namespaces/default/redises";
    private const string Redis = """{ "apiVersion": "cache.example.com/v1", "kind": "Redis", "metadata": { "name": "r" }, "spec": { "replicas": 3 }, "status": { "ready": 1 } }""";

    private readonly KubernetesSandbox _sandbox = new();
    private readonly SandboxClient _client;

    public CustomResourcesTests() => _client = InProcess(_sandbox);

    public void Dispose()
    {
        _client.Dispose();
        _sandbox.Dispose();
    }

    [Fact]
    public async Task A_definition_is_established_at_once_and_its_resource_is_served()
    {
        var (_, definition) = await _client.SendAsync("POST", Definitions, RedisDefinition);
        var established = definition["status"]!["conditions"]!.AsArray().Single(condition => (string?)condition!["type"] == "Established");
        Assert.Equal("True", (string?)established!["status"]);
        Assert.Equal("redis", (string?)definition["spec"]!["names"]!["singular"]);
        Assert.Equal(HttpStatusCode.Created, (await _client.SendAsync("POST", Redises, Redis)).Status);
        var list = await _client.GetAsync(Redises);
        Assert.Equal(("RedisList", "Redis"), ((string)list["kind"]!, (string)list["items"]![0]!["kind"]!));
    }

    [Fact]
    public async Task The_status_is_written_through_its_subresource_only_and_the_generation_counts_the_rest()
    {
        await DefineAsync();
        Assert.Null((await _client.GetAsync(Redises + "/r"))["status"]);
        var (_, status) = await _client.SendAsync("PATCH", Redises + "/r/status", """{"status":{"ready":2},"spec":{"replicas":9}}""", MergePatch);
        Assert.Equal("""{"replicas":3}/{"ready":2}/1""", Summary(status));
        var (_, spec) = await _client.SendAsync("PATCH", Redises + "/r", """{"status":{"ready":5},"spec":{"replicas":4}}""", MergePatch);
        Assert.Equal("""{"replicas":4}/{"ready":2}/2""", Summary(spec));
        spec["status"] = new JsonObject { ["ready"] = 7 };
        var (_, put) = await _client.SendAsync("PUT", Redises + "/r/status", spec.ToJsonString());
        Assert.Equal("""{"replicas":4}/{"ready":7}/2""", Summary(put));
        Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync("GET", Redises + "/r/status")).Status);
    }

    [Fact]
    public async Task An_update_needs_the_version_and_a_strategic_patch_is_not_taken()
    {
        await DefineAsync();
        var without = JsonNode.Parse(Redis)!;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _client.SendAsync("PUT", Redises + "/r", without.ToJsonString())).Status);
        without["metadata"]!["resourceVersion"] = "1";
        Assert.Equal(HttpStatusCode.Conflict, (await _client.SendAsync("PUT", Redises + "/r", without.ToJsonString())).Status);
        var (status, _) = await _client.SendAsync("PATCH", Redises + "/r", "{}", "application/strategic-merge-patch+json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
    }

    [Fact]
    public async Task A_finalizer_holds_a_deleted_object_until_it_is_gone()
    {
        await DefineAsync();
        await _client.SendAsync("PATCH", Redises + "/r", """{"metadata":{"finalizers":["example.com/hold"]}}""", MergePatch);
        var (_, held) = await _client.SendAsync("DELETE", Redises + "/r");
        Assert.NotNull(held["metadata"]!["deletionTimestamp"]);
        Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync("GET", Redises + "/r")).Status);
        await _client.SendAsync("PATCH", Redises + "/r", """{"metadata":{"finalizers":null}}""", MergePatch);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.SendAsync("GET", Redises + "/r")).Status);
    }

    [Fact]
    public async Task A_deleted_definition_takes_its_objects_and_its_paths_with_it()
    {
        await DefineAsync();
        await _client.SendAsync("DELETE", Definitions + "/redises.cache.example.com");
        using var gone = await _client.SendRawAsync("GET", Redises);
        Assert.Equal("404 page not found\n", await gone.Content.ReadAsStringAsync());
        await _client.SendAsync("POST", Definitions, RedisDefinition);
        Assert.Empty((await _client.GetAsync(Redises))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("names", """{ "kind": "Redis" }""", "spec.names.plural: Required value")]
    [InlineData("scope", "\"Everywhere\"", "spec.scope: Unsupported value")]
    [InlineData("versions", "[]", "spec.versions: Invalid value")]
    public async Task A_definition_that_defines_nothing_is_refused(string field, string value, string message)
    {
        var definition = JsonNode.Parse(RedisDefinition)!;
        definition["spec"]![field] = JsonNode.Parse(value);
        var (status, answer) = await _client.SendAsync("POST", Definitions, definition.ToJsonString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains(message, (string)answer["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_has_the_columns_of_the_definition_and_the_frames_of_a_watch_are_tables_too()
    {
        const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        await DefineAsync();
        var (_, table) = await _client.SendAsync("GET", Redises, accept: Table);
        Assert.Equal("""["r",3]""", table["rows"]![0]!["cells"]!.ToJsonString());
        Assert.Equal("PartialObjectMetadata", (string?)table["rows"]![0]!["object"]!["kind"]);
        using var watch = await _client.WatchAsync(Redises + "?watch=1&includeObject=Object", Table);
        var frame = JsonNode.Parse((await watch.ReadLineAsync())!)!;
        Assert.Equal("""["r",3]""", frame["object"]!["rows"]![0]!["cells"]!.ToJsonString());
        Assert.Equal("Redis", (string?)frame["object"]!["rows"]![0]!["object"]!["kind"]);
        Assert.Equal("Replicas", (string?)frame["object"]!["columnDefinitions"]![1]!["name"]);
    }

    private static string Summary(JsonNode redis) =>
        $"{redis["spec"]!.ToJsonString()}/{redis["status"]!.ToJsonString()}/{redis["metadata"]!["generation"]}";

    private async Task DefineAsync()
    {
        await _client.SendAsync("POST", Definitions, RedisDefinition);
        await _client.SendAsync("POST", Redises, Redis);
    }
}
