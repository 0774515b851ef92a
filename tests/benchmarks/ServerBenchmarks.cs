using System.Globalization;
using EventRecording.Cluster;
using EventRecording.Sandbox;

namespace EventRecording.Benchmarks;

/// <summary>The recorder against a server over a real socket on the loopback address.</summary>
internal static class ServerBenchmarks
{
    private const string Namespace = "bench";
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(5);

    /// <summary>Identical occurrences as fast as they are accepted: what the server has in the end, and how many requests it took.</summary>
    public static async Task<string> BurstAsync(int count)
    {
        await using var sandbox = StartSandbox();
        using var connection = Connect(sandbox);
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection));
        var recorder = broadcaster.NewRecorder("redis-operator");
        for (var i = 0; i < count; i++)
        {
            while (!recorder.Event(Redis(0), EventType.Normal, "ScaledUp", "replicas of my-op-redis set to 3"))
                Thread.Yield();
        }

        await broadcaster.FlushAsync();
        var events = await new EventReader(new ClusterEventSource(connection)).ListSortedAsync(new EventQuery { Namespaces = [Namespace] });
        return string.Create(CultureInfo.InvariantCulture, $"{events.Count} event with the count {events.Sum(one => (long)one.Count):N0} in {broadcaster.Statistics.Requests} requests");
    }

    /// <summary>Distinct objects against a server that takes 5 ms for each answer, with the recorder.</summary>
    public static Task<Measurement> RecorderAsync(int count) => MeasureAsync(count, async (connection, objects) =>
    {
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection));
        var recorder = broadcaster.NewRecorder("redis-operator");
        foreach (var redis in objects)
        {
            while (!recorder.Event(redis, EventType.Normal, "ScaledUp", "replicas set to 3"))
                Thread.Yield();
        }

        var flushed = await broadcaster.FlushAsync();
        if (!flushed.IsComplete)
            throw new InvalidOperationException($"not everything was written: {broadcaster.Statistics}");
    });

    /// <summary>The same, posted one after the other.</summary>
    public static Task<Measurement> OneAfterTheOtherAsync(int count) => MeasureAsync(count, async (connection, objects) =>
    {
        var sink = new ClusterEventSink(connection);
        foreach (var redis in objects)
        {
            await sink.CreateAsync(
                new KubeEvent
                {
                    Name = $"{redis.Name}.1",
                    Namespace = Namespace,
                    InvolvedObject = redis,
                    Type = EventType.Normal,
                    Reason = "ScaledUp",
                    Message = "replicas set to 3",
                    SourceComponent = "redis-operator",
                    FirstTimestamp = TimeProvider.System.GetUtcNow(),
                    LastTimestamp = TimeProvider.System.GetUtcNow(),
                    CoreCount = 1,
                },
                CancellationToken.None);
        }
    });

    private static async Task<Measurement> MeasureAsync(int count, Func<ClusterConnection, ObjectReference[], Task> run)
    {
        await using var sandbox = StartSandbox();
        sandbox.Faults.Always(Fault.Delay(Latency), request => request.Method == "POST");
        using var connection = Connect(sandbox);
        var objects = Enumerable.Range(0, count).Select(Redis).ToArray();
        var measurement = await Measurement.OfAsync(count, () => run(connection, objects));
        return sandbox.Count("create", "events") == count
            ? measurement
            : throw new InvalidOperationException($"{sandbox.Count("create", "events")} creations of {count}");
    }

    private static KubernetesSandbox StartSandbox()
    {
        var sandbox = KubernetesSandbox.Start(new SandboxOptions { RequestLogLimit = 0 });
        sandbox.CreateNamespace(Namespace);
        return sandbox;
    }

    private static ClusterConnection Connect(KubernetesSandbox sandbox) => new(new ClusterConfiguration { Server = sandbox.Address });

    private static ObjectReference Redis(int number) => new()
    {
        ApiVersion = "cache.example.com/v1",
        Kind = "Redis",
        Namespace = Namespace,
        Name = $"my-op-redis-{number}",
        Uid = $"b2c3d4e5-0000-4000-8000-{number:x12}",
    };
}
