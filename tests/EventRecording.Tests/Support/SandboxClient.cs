using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Support;

/// <summary>Talks plain HTTP to a sandbox, through its handler or over TCP.</summary>
internal sealed class SandboxClient : IDisposable
{
    public const string Events = "/api/v1/namespaces/default/events";
    public const string EventsV1 = "/apis/events.k8s.io/v1/namespaces/default/events";
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>The definition of the custom resource Redis, with a status and a column of its own.</summary>
    public const string RedisDefinition = """
        {
          "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "redises.cache.example.com" },
          "spec": {
            "group": "cache.example.com", "scope": "Namespaced",
            "names": { "plural": "redises", "kind": "Redis", "shortNames": ["rd"] },
            "versions": [{
              "name": "v1", "served": true, "storage": true, "subresources": { "status": {} },
              "additionalPrinterColumns": [{ "name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas" }]
            }]
          }
        }
        """;

    private readonly HttpClient _client;

    private SandboxClient(HttpClient client) => _client = client;

    public static SandboxClient InProcess(KubernetesSandbox sandbox) =>
        new(new HttpClient(sandbox.CreateHandler()) { BaseAddress = new Uri("http://sandbox/") });

    public static SandboxClient OverTcp(KubernetesSandbox sandbox) => new(new HttpClient { BaseAddress = sandbox.Address });

    public static string Event(string name, string reason = "ScaledUp", string space = "default", string extra = "") => $$"""
        {
          "apiVersion": "v1", "kind": "Event", "metadata": { "name": "{{name}}", "namespace": "{{space}}" },
          "involvedObject": { "apiVersion": "cache.example.com/v1", "kind": "Redis", "name": "my-op-redis", "namespace": "{{space}}" },
          "reason": "{{reason}}", "message": "replicas set to 3", "type": "Normal", "count": 1,
          "source": { "component": "RedisOperator" }, "firstTimestamp": "2026-11-20T12:00:00Z", "lastTimestamp": "2026-11-20T12:00:00Z"{{extra}}
        }
        """;

    public static string EventV1(string name, string extra = "") => $$"""
        {
          "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": { "name": "{{name}}", "namespace": "default" },
          "regarding": { "kind": "Redis", "name": "my-op-redis", "namespace": "default" },
          "reason": "ScaledUp", "note": "replicas set to 3", "type": "Normal", "action": "Scaling",
          "reportingController": "example.com/redis-operator", "reportingInstance": "node-1", "eventTime": "2026-11-20T12:00:00.123456Z"{{extra}}
        }
        """;

    public async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        string method, string path, string? body = null, string contentType = "application/json", string? accept = null)
    {
        using var response = await SendRawAsync(method, path, body, contentType, accept);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async Task<HttpResponseMessage> SendRawAsync(
        string method, string path, string? body = null, string contentType = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _client.SendAsync(request);
    }

    public async Task<JsonNode> GetAsync(string path) => (await SendAsync("GET", path)).Body;

    /// <summary>Starts a watch and reads its frames one by one.</summary>
    public async Task<StreamReader> WatchAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }

    public void Dispose() => _client.Dispose();
}
