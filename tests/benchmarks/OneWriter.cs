using EventRecording.Cluster;

namespace EventRecording.Benchmarks;

/// <summary>One writer for all events: creates, then patches the count that it keeps in memory; after an error it pauses 10 s, at most 12 tries each.</summary>
internal static class OneWriter
{
    private const int MostTries = 12;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(ClusterConnection connection, IEnumerable<ObjectReference> occurrences, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>();
        foreach (var redis in occurrences)
            await WriteAsync(connection, redis, counts, cancellationToken);
    }

    private static async Task WriteAsync(ClusterConnection connection, ObjectReference redis, Dictionary<string, int> counts, CancellationToken cancellationToken)
    {
        var name = FaultBenchmarks.NameOf(redis);
        var count = counts[name] = counts.GetValueOrDefault(name) + 1;
        for (var tries = 1; tries <= MostTries; tries++)
        {
            try
            {
                await (count == 1 ? PlainWrites.PostAsync(connection, redis, name, cancellationToken) : PlainWrites.PatchCountAsync(connection, redis, name, count, cancellationToken));
                return;
            }
            catch (KubernetesApiException error) when (error.Status.Code == 409)
            {
                return;
            }
            catch (Exception error) when (error is KubernetesApiException or ClusterConnectionException)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }
}
