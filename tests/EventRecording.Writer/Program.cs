using System.Globalization;
using EventRecording;
using EventRecording.Cluster;

// Records the same series as its siblings do: each of them once a round, with a flush after every tenth round.
var (server, series, rounds) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
using var connection = new ClusterConnection(new ClusterConfiguration { Server = new Uri(server) });
await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions
{
    Combining = null,
    RateLimit = null,
    WriteDeadline = TimeSpan.FromMinutes(10),
});
var recorder = broadcaster.NewRecorder("writer");
var redis = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "wire", Name = "my-op-redis", Uid = "b2c3d4e5-0000-4000-8000-000000000001" };

Console.WriteLine("ready");
Console.ReadLine();
for (var round = 1; round <= rounds; round++)
{
    for (var i = 0; i < series; i++)
    {
        if (!recorder.Event(redis, EventType.Normal, "ScaledUp", $"message {i}"))
            throw new InvalidOperationException($"not accepted: {broadcaster.Statistics}");
    }

    if (round % 10 == 0)
        await broadcaster.FlushAsync();
}

var flushed = await broadcaster.FlushAsync();
Console.WriteLine(broadcaster.Statistics);
return flushed.IsComplete && broadcaster.Statistics.Created + broadcaster.Statistics.Counted == series * rounds ? 0 : 1;
