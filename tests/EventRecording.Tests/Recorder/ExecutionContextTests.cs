using System.Diagnostics;

namespace EventRecording.Tests.Recorder;

/// <summary>A broadcaster lives longer than the request in which it is made.</summary>
public sealed class ExecutionContextTests
{
    private static readonly AsyncLocal<string?> Tenant = new();
    private static readonly ObjectReference Redis = new() { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "traced", Name = "my-op-redis" };

    [Fact]
    public async Task It_keeps_neither_the_trace_nor_the_async_locals_of_its_maker()
    {
        var parents = new List<string?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is RecorderInstruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("k8s.namespace.name") as string == "traced")
                    parents.Add(activity.ParentId);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var sink = new SinkThatLooks();
        Tenant.Value = "the first one";
        var request = new Activity("request").Start();
        await using var broadcaster = new EventBroadcaster(sink);
        request.Stop();
        Tenant.Value = null;

        await broadcaster.NewRecorder("redis-operator").RecordAsync(new Occurrence { Regarding = Redis, Reason = "ScaledUp" });
        await broadcaster.DisposeAsync();

        Assert.Equal([null], parents);
        Assert.Equal([null], sink.Tenants);
    }

    [Fact]
    public async Task It_can_be_made_where_nothing_flows_anyway()
    {
        EventBroadcaster broadcaster;
        using (ExecutionContext.SuppressFlow())
            broadcaster = new EventBroadcaster(new InMemoryEventSink());
        await using (broadcaster)
            Assert.True((await broadcaster.NewRecorder("redis-operator").RecordAsync(new Occurrence { Regarding = Redis, Reason = "ScaledUp" })).IsOnServer);
    }

    private sealed class SinkThatLooks : IEventSink
    {
        private readonly InMemoryEventSink _events = new();

        public List<string?> Tenants { get; } = [];

        public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken)
        {
            Tenants.Add(Tenant.Value);
            return _events.CreateAsync(kubeEvent, cancellationToken);
        }

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => _events.PatchAsync(patch, cancellationToken);
    }
}
