using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using EventRecording.Cluster;

namespace EventRecording.Benchmarks;

/// <summary>Programs that write so many events about as many objects, and print what one event cost them: the recorder, and the limit of what can be reached.</summary>
internal static class WriteClients
{
    private const string Namespace = "default";

    // Nothing of an earlier run is about the same objects.
    private static readonly string Run = Guid.NewGuid().ToString("N")[..12];

    public static async Task RunAsync(string client, int count, ClusterConfiguration cluster, int atATime)
    {
        var objects = Redises(count);
        var bodies = client == "bare" ? objects.Select(redis => EventJson.ToBytes(Event(redis))).ToArray() : [];
        var requests = (long)count;
        var run = await Measurement.OfAsync(count, async () => requests = client == "bare" ? await PostAsync(bodies, cluster, atATime) : (await RecordAsync(objects, "replicas set to 3", cluster, atATime)).Requests);
        Console.WriteLine(new WriteRun(run.Processor.TotalMicroseconds / count, run.PerSecond, run.BytesEach, (double)requests / count));
    }

    /// <summary>The same bodies posted by HttpClient over HTTP/2, the answers read to their end.</summary>
    private static async Task<long> PostAsync(byte[][] bodies, ClusterConfiguration cluster, int atATime)
    {
        using var client = new HttpClient(Handler(cluster)) { DefaultRequestVersion = HttpVersion.Version20, BaseAddress = cluster.Server };
        if (cluster.Token is { } token)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, atATime).Select(_ => PostNextAsync()));
        return bodies.Length;

        async Task PostNextAsync()
        {
            for (var number = Interlocked.Increment(ref next); number < bodies.Length; number = Interlocked.Increment(ref next))
            {
                using var body = new ByteArrayContent(bodies[number]);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var answer = await client.PostAsync($"/api/v1/namespaces/{Namespace}/events", body);
                await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
            }
        }
    }

    /// <summary>An event about each object, recorded and written.</summary>
    /// <exception cref="InvalidOperationException">Not every one was created.</exception>
    public static async Task<EventStatistics> RecordAsync(IReadOnlyCollection<ObjectReference> objects, string message, ClusterConfiguration cluster, int atATime = 0)
    {
        using var connection = new ClusterConnection(cluster);
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), atATime > 0 ? new EventBroadcasterOptions { MaxConcurrentWrites = atATime, FewestConcurrentWrites = atATime } : new EventBroadcasterOptions());
        var recorder = broadcaster.NewRecorder("redis-operator");
        foreach (var redis in objects)
        {
            while (!recorder.Event(redis, EventType.Normal, "ScaledUp", message))
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        await broadcaster.FlushAsync();
        if (broadcaster.Statistics.Created != objects.Count)
            throw new InvalidOperationException($"not everything was written: {broadcaster.Statistics}");
        return broadcaster.Statistics;
    }

    private static SocketsHttpHandler Handler(ClusterConfiguration cluster)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(Authority(cluster));
        return handler;
    }

    /// <summary>The authority that the kubeconfig names.</summary>
    public static X509Certificate2 Authority(ClusterConfiguration cluster) =>
        new(cluster.CertificateAuthorityFile is { } file ? File.ReadAllBytes(file) : cluster.CertificateAuthority.ToArray());

    private static KubeEvent Event(ObjectReference redis)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new KubeEvent
        {
            Name = redis.Name + ".18a5d7b3c2f10e94",
            Namespace = Namespace,
            Annotations = new Dictionary<string, string> { ["eventrecording/w-0123456789abcdef"] = "12345 2026-11-20T12:00:00Z 900" },
            InvolvedObject = redis,
            Type = EventType.Normal,
            Reason = "ScaledUp",
            Message = "replicas set to 3",
            SourceComponent = "redis-operator",
            ReportingController = "redis-operator",
            FirstTimestamp = now,
            LastTimestamp = now,
            CoreCount = 1,
        };
    }

    /// <summary>Objects to record about.</summary>
    public static ObjectReference[] Redises(int count, string @namespace = Namespace) => [.. Enumerable.Range(0, count).Select(number => new ObjectReference
    {
        ApiVersion = "cache.example.com/v1",
        Kind = "Redis",
        Namespace = @namespace,
        Name = $"my-op-redis-{Run}-{number}",
        Uid = $"b2c3d4e5-0000-4000-8000-{number:x12}",
    })];
}
