using System.Text.Json.Nodes;
using EventRecording.Cluster;

namespace EventRecording.Benchmarks;

/// <summary>An event written without a recorder.</summary>
internal static class PlainWrites
{
    public static async Task GetThenWriteAsync(ClusterConnection connection, ObjectReference redis, string name, CancellationToken cancellationToken)
    {
        var path = Path(redis, name);
        JsonNode found;
        try
        {
            found = await connection.RequestAsync(HttpMethod.Get, path, null, cancellationToken);
        }
        catch (KubernetesApiException error) when (error.Status.Code == 404)
        {
            await PostAsync(connection, redis, name, cancellationToken);
            return;
        }

        found["count"] = (int)found["count"]! + 1;
        found["lastTimestamp"] = Now();
        await connection.RequestAsync(HttpMethod.Put, path, found, cancellationToken);
    }

    public static Task PostAsync(ClusterConnection connection, ObjectReference redis, string name, CancellationToken cancellationToken) =>
        connection.RequestAsync(HttpMethod.Post, Path(redis, null), Body(redis, name), cancellationToken);

    public static Task PatchCountAsync(ClusterConnection connection, ObjectReference redis, string name, int count, CancellationToken cancellationToken) =>
        connection.RequestAsync(HttpMethod.Patch, Path(redis, name), new JsonObject { ["count"] = count, ["lastTimestamp"] = Now() }, cancellationToken);

    private static string Path(ObjectReference redis, string? name) => $"/api/v1/namespaces/{redis.Namespace}/events" + (name is null ? "" : "/" + name);

    private static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Body(ObjectReference redis, string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Event",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = redis.Namespace },
        ["involvedObject"] = new JsonObject
        {
            ["apiVersion"] = redis.ApiVersion,
            ["kind"] = redis.Kind,
            ["namespace"] = redis.Namespace,
            ["name"] = redis.Name,
            ["uid"] = redis.Uid,
        },
        ["type"] = EventType.Normal,
        ["reason"] = "ScaledUp",
        ["message"] = "replicas set to 3",
        ["source"] = new JsonObject { ["component"] = "redis-operator" },
        ["firstTimestamp"] = Now(),
        ["lastTimestamp"] = Now(),
        ["count"] = 1,
    };
}
