using EventRecording;
using EventRecording.Cluster;

// Records with a spool, and says of each occurrence that it tries and what became of it, until somebody kills it.
var (server, directory, run) = (args[0], args[1], args[2]);
using var connection = new ClusterConnection(new ClusterConfiguration { Server = new Uri(server), UserName = "victim" });
await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions
{
    Spool = ClusterSpool.For(connection, directory),
    Combining = null,
    RateLimit = null,
    WriteDeadline = TimeSpan.FromMilliseconds(100),
    RequestTimeout = TimeSpan.FromMilliseconds(250),
});
var recorder = broadcaster.NewRecorder("victim");
await Task.WhenAll(Enumerable.Range(0, 4).Select(RecordAsync));

async Task RecordAsync(int worker)
{
    for (var i = 0; ; i++)
    {
        var message = i % 2 == 0 ? $"once {run} {worker} {i}" : $"shared {i / 2 % 5}";
        Console.WriteLine($"Tried {message}");
        var outcome = await recorder.RecordAsync(new Occurrence
        {
            Regarding = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = "my-op-redis", Uid = "b2c3d4e5-0000-4000-8000-000000000001" },
            Reason = "ScaledUp",
            Message = message,
        });
        Console.WriteLine($"{outcome.Kind} {message}");
    }
}
