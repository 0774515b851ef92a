using System.Text.Json.Nodes;
using EventRecording;
using EventRecording.Cluster;

namespace Operator;

/// <summary>Brings each Redis to the number of replicas that its spec asks for.</summary>
internal sealed class RedisOperator(ClusterConnection connection, IEventRecorder recorder)
{
    private const string Redises = "/apis/cache.example.com/v1/redises";
    private const int MostReplicas = 5;

    public async Task ReconcileAllAsync(CancellationToken cancellationToken)
    {
        var list = await connection.RequestAsync(HttpMethod.Get, Redises, cancellationToken: cancellationToken);
        foreach (var redis in list["items"]!.AsArray())
            await ReconcileAsync(redis!, cancellationToken);
    }

    private async Task ReconcileAsync(JsonNode redis, CancellationToken cancellationToken)
    {
        var wanted = (int?)redis["spec"]?["replicas"] ?? 1;
        var now = (int?)redis["status"]?["replicas"] ?? 0;
        // Nothing changed: no event.
        if (wanted == now)
            return;
        if (wanted > MostReplicas)
        {
            // The same text each time, so that every round counts up one event.
            recorder.Eventf(redis, EventType.Warning, "ScalingRefused", "{0} replicas are more than the {1} that are allowed", wanted, MostReplicas);
            return;
        }

        await SetStatusAsync(redis, wanted, cancellationToken);
        recorder.Eventf(redis, EventType.Normal, wanted > now ? "ScaledUp" : "ScaledDown", "replicas: {0} -> {1}", now, wanted);
    }

    private async Task SetStatusAsync(JsonNode redis, int replicas, CancellationToken cancellationToken)
    {
        var path = $"/apis/cache.example.com/v1/namespaces/{redis["metadata"]!["namespace"]}/redises/{redis["metadata"]!["name"]}/status";
        await connection.RequestAsync(HttpMethod.Patch, path, new JsonObject { ["status"] = new JsonObject { ["replicas"] = replicas } }, cancellationToken);
    }
}
