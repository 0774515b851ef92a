using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Support;

/// <summary>A broadcaster that talks to a sandbox over a real socket, on the real clock.</summary>
internal sealed class SocketRun : IAsyncDisposable
{
    public const string Namespace = "wire";

    private readonly ClusterConnection _connection;

    public SocketRun(KubernetesSandbox sandbox, Func<EventBroadcasterOptions, EventBroadcasterOptions>? configure = null, ClusterConfiguration? user = null, TimeSpan? writeTimeout = null)
    {
        Sandbox = sandbox;
        _connection = new ClusterConnection((user ?? Clusters.Configuration) with { Server = sandbox.Address }, new ClusterConnectionOptions { WriteTimeout = writeTimeout ?? TimeSpan.FromSeconds(30) });
        var options = new EventBroadcasterOptions
        {
            Observers = [Observer],
            WriteDeadline = TimeSpan.FromMinutes(1),
            Combining = null,
            RateLimit = null,
        };
        Broadcaster = new EventBroadcaster(new ClusterEventSink(_connection), configure?.Invoke(options) ?? options);
        Recorder = Broadcaster.NewRecorder("RedisOperator");
    }

    public KubernetesSandbox Sandbox { get; }

    public CollectingObserver Observer { get; } = new();

    public EventBroadcaster Broadcaster { get; }

    public EventRecorder Recorder { get; }

    public static KubernetesSandbox StartSandbox(SandboxOptions? options = null)
    {
        var sandbox = KubernetesSandbox.Start(options);
        sandbox.CreateNamespace(Namespace);
        return sandbox;
    }

    public Task<EventOutcome> RecordAsync(string message = "replicas set to 3") => Recorder.RecordAsync(TestRecorder.ScaledUp with { Message = message });

    /// <summary>The events of the namespace as the server has them.</summary>
    public static async Task<JsonNode[]> EventsAsync(KubernetesSandbox sandbox)
    {
        using var client = SandboxClient.InProcess(sandbox);
        return [.. (await client.GetAsync($"/api/v1/namespaces/{Namespace}/events"))["items"]!.AsArray().Select(item => item!)];
    }

    /// <summary>The counts of all events on the server, the smallest first.</summary>
    public async Task AssertCountsAsync(params int[] expected) =>
        Assert.Equal(expected, (await EventsAsync(Sandbox)).Select(kubeEvent => (int)kubeEvent["count"]!).Order());

    /// <summary>Every occurrence has an outcome, and the outcomes add up to what was recorded.</summary>
    public void AssertAddsUp(long onServer, long refused = 0)
    {
        var statistics = Broadcaster.Statistics;
        Assert.Equal((onServer + refused, onServer, refused, 0), (statistics.Recorded, statistics.Created + statistics.Counted, statistics.Refused, statistics.Pending));
        Assert.Equal((0, 0, 0), (statistics.Failed, statistics.Unknown, statistics.Spooled));
        Assert.Equal(onServer + refused, Observer.Outcomes.Sum(settled => settled.Count));
        Assert.Equal(refused, Observer.Failures.Sum(failure => failure.Count));
    }

    public async ValueTask DisposeAsync()
    {
        await Broadcaster.DisposeAsync();
        _connection.Dispose();
    }
}
