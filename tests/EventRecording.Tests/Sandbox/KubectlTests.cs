using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox;

/// <summary>
/// Real clients work: the kubectl that is installed, over TCP. Where it or
/// a subcommand is missing, the test is skipped and says so.
/// </summary>
public sealed class KubectlTests : IDisposable
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: redises.cache.example.com }
        spec:
          group: cache.example.com
          scope: Namespaced
          names: { plural: redises, singular: redis, kind: Redis, shortNames: [rd] }
          versions:
          - name: v1
            served: true
            storage: true
            schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
            additionalPrinterColumns:
            - { name: Replicas, type: integer, jsonPath: .spec.replicas }
        """;

    private const string Redis = """
        apiVersion: cache.example.com/v1
        kind: Redis
        metadata: { name: my-op-redis, namespace: default }
        spec: { replicas: 3 }
        """;

    private readonly KubernetesSandbox _sandbox = KubernetesSandbox.Start();

    public void Dispose() => _sandbox.Dispose();

    [KubectlFact("api-resources")]
    public async Task Api_resources_lists_what_is_served()
    {
        using var kubectl = await ReadyAsync();
        var printed = await kubectl.PrintAsync("api-resources");
        Assert.Matches(@"events +ev +v1 +true +Event", printed);
        Assert.Matches(@"redises +rd +cache\.example\.com/v1 +true +Redis", printed);
    }

    [KubectlFact("get")]
    public async Task Get_events_prints_the_table_of_the_server()
    {
        using var kubectl = await WithEventAsync();
        var printed = await kubectl.PrintAsync("get", "events");
        Assert.Matches(@"LAST SEEN +TYPE +REASON +OBJECT +MESSAGE", printed);
        Assert.Matches(@"Normal +ScaledUp +redis/my-op-redis +replicas set to 3", printed);
    }

    [KubectlFact("get")]
    public async Task Get_events_as_yaml_prints_the_event()
    {
        using var kubectl = await WithEventAsync();
        var printed = await kubectl.PrintAsync("get", "events", "-o", "yaml");
        Assert.Contains("reason: ScaledUp", printed, StringComparison.Ordinal);
        Assert.Contains("count: 5", printed, StringComparison.Ordinal);
    }

    [KubectlFact("get")]
    public Task Get_events_with_watch_goes_on_with_new_events() => AssertGoesOnAsync("get", "events", "--watch");

    [KubectlFact("events")]
    public Task Events_with_watch_goes_on_with_new_events() => AssertGoesOnAsync("events", "--watch");

    /// <summary>client-go waits for the bookmark that ends the list before it hands on anything.</summary>
    [KubectlFact("wait")]
    public async Task Wait_reads_a_streamed_list_to_its_end()
    {
        using var kubectl = await WithEventAsync();
        kubectl.Environment["KUBE_FEATURE_WatchListClient"] = "true";
        Assert.Contains("condition met", await kubectl.PrintAsync("wait", "event/my-op-redis.1", "--for=jsonpath={.reason}=ScaledUp"), StringComparison.Ordinal);
        Assert.Contains(_sandbox.Requests, request => request.Query("sendInitialEvents") == "true");
    }

    private async Task AssertGoesOnAsync(params string[] command)
    {
        using var kubectl = await WithEventAsync();
        using var process = kubectl.Start(command);
        try
        {
            await Kubectl.ReadUntilAsync(process.StandardOutput, "replicas set to 3");
            _sandbox.Put(EventAbout("my-op-redis.2", "PhaseChanged", "u-1"));
            await Kubectl.ReadUntilAsync(process.StandardOutput, "PhaseChanged");
        }
        finally
        {
            process.Kill();
        }
    }

    [KubectlFact("events")]
    public async Task Events_prints_them_and_filters_by_object()
    {
        using var kubectl = await WithEventAsync();
        _sandbox.Put(EventAbout("other.1", "Elsewhere", "u-2", "other"));
        Assert.Matches(@"x5 over .+Normal +ScaledUp +Redis/my-op-redis", await kubectl.PrintAsync("events"));
        var filtered = await kubectl.PrintAsync("events", "--for", "redis/my-op-redis");
        Assert.Contains("ScaledUp", filtered, StringComparison.Ordinal);
        Assert.DoesNotContain("Elsewhere", filtered, StringComparison.Ordinal);
    }

    [KubectlFact("describe")]
    public async Task Describe_shows_the_events_of_a_custom_resource()
    {
        using var kubectl = await WithEventAsync();
        var printed = await kubectl.PrintAsync("describe", "redis", "my-op-redis");
        Assert.Matches(@"Type +Reason +Age +From +Message", printed);
        Assert.Matches(@"Normal +ScaledUp +.*x5 over .* +RedisOperator +replicas set to 3", printed);
    }

    [KubectlFact("create")]
    public async Task Create_creates_an_event_from_a_file()
    {
        using var kubectl = await ReadyAsync();
        var file = kubectl.Write("event.json", EventAbout("my-op-redis.1", "ScaledUp", "u-1"));
        Assert.Contains("event/my-op-redis.1 created", await kubectl.PrintAsync("create", "-f", file), StringComparison.Ordinal);
        var (code, _, error) = await kubectl.TryAsync("create", "-f", file);
        Assert.NotEqual(0, code);
        Assert.Contains("(AlreadyExists)", error, StringComparison.Ordinal);
    }

    [KubectlFact("apply")]
    public async Task Apply_defines_a_custom_resource_and_merges_three_ways()
    {
        using var kubectl = new Kubectl(_sandbox);
        Assert.Contains("created", await kubectl.PrintAsync("apply", "-f", kubectl.Write("crd.yaml", Definition)), StringComparison.Ordinal);
        var file = kubectl.Write("redis.yaml", Redis);
        Assert.Contains("created", await kubectl.PrintAsync("apply", "-f", file), StringComparison.Ordinal);
        Assert.Contains("unchanged", await kubectl.PrintAsync("apply", "-f", file), StringComparison.Ordinal);
        kubectl.Write("redis.yaml", Redis.Replace("replicas: 3", "size: 4", StringComparison.Ordinal));
        Assert.Contains("configured", await kubectl.PrintAsync("apply", "-f", file), StringComparison.Ordinal);
        using var client = SandboxClient.InProcess(_sandbox);
        var stored = await client.GetAsync("/apis/cache.example.com/v1/namespaces/default/redises/my-op-redis");
        Assert.Equal("""{"size":4}""", stored["spec"]!.ToJsonString());
    }

    [KubectlFact("delete")]
    public async Task Delete_deletes_an_event_and_a_namespace()
    {
        using var kubectl = await WithEventAsync();
        _sandbox.CreateNamespace("ending");
        Assert.Contains("deleted", await kubectl.PrintAsync("delete", "event", "my-op-redis.1"), StringComparison.Ordinal);
        Assert.Contains("deleted", await kubectl.PrintAsync("delete", "namespace", "ending"), StringComparison.Ordinal);
        using var client = SandboxClient.InProcess(_sandbox);
        Assert.Empty((await client.GetAsync(SandboxClient.Events))["items"]!.AsArray());
        Assert.Equal(404, (int)(await client.GetAsync("/api/v1/namespaces/ending"))["code"]!);
    }

    [KubectlFact("get")]
    public async Task Get_prints_the_columns_that_a_definition_names()
    {
        using var kubectl = await WithEventAsync();
        Assert.Matches(@"NAME +REPLICAS\s+my-op-redis +3", await kubectl.PrintAsync("get", "rd"));
    }

    private static string EventAbout(string name, string reason, string uid, string about = "my-op-redis")
    {
        var result = JsonNode.Parse(SandboxClient.Event(name, reason))!;
        result["involvedObject"]!["uid"] = uid;
        result["involvedObject"]!["name"] = about;
        result["count"] = 5;
        return result.ToJsonString();
    }

    /// <summary>With the definition, and an object of it.</summary>
    private async Task<Kubectl> ReadyAsync()
    {
        using var client = SandboxClient.InProcess(_sandbox);
        await client.SendAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", SandboxClient.RedisDefinition);
        _sandbox.Put("""
            { "apiVersion": "cache.example.com/v1", "kind": "Redis", "metadata": { "name": "my-op-redis", "namespace": "default", "uid": "u-1" }, "spec": { "replicas": 3 } }
            """);
        return new Kubectl(_sandbox);
    }

    private async Task<Kubectl> WithEventAsync()
    {
        var kubectl = await ReadyAsync();
        _sandbox.Put(EventAbout("my-op-redis.1", "ScaledUp", "u-1"));
        return kubectl;
    }
}
