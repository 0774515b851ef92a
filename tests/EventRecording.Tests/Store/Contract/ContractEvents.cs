namespace EventRecording.Contract;

/// <summary>The events that the tests of the contract write, complete for both groups.</summary>
internal static class ContractEvents
{
    public static DateTimeOffset Noon { get; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Both groups, for theories.</summary>
    public static TheoryData<string> Groups => [EventApiVersion.CoreV1, EventApiVersion.EventsV1];

    public static KubeEvent Event(ContractStore store, string name = "redis.1", string apiVersion = EventApiVersion.CoreV1, string reason = "ScaledUp")
    {
        var common = new KubeEvent
        {
            ApiVersion = apiVersion,
            Namespace = store.Namespace,
            Name = name,
            Labels = new Dictionary<string, string> { ["app"] = "redis", ["for"] = name },
            Annotations = new Dictionary<string, string> { ["example.com/kept"] = "yes", ["example.com/mark"] = "1" },
            InvolvedObject = new ObjectReference
            {
                ApiVersion = "cache.example.com/v1",
                Kind = "Redis",
                Namespace = store.Namespace,
                Name = "redis",
                Uid = "069e3417-9741-4279-b7b4-87e42b87371d",
                ResourceVersion = "7",
                FieldPath = "spec.replicas",
            },
            Related = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = store.Namespace, Name = "redis-0" },
            Type = EventType.Normal,
            Reason = reason,
            Message = "replicas: 1 -> 3",
            Action = "Scaling",
            ReportingController = "example.com/redis-operator",
            ReportingInstance = "redis-operator-0",
        };
        return apiVersion == EventApiVersion.CoreV1
            ? common with { SourceComponent = "redis-operator", SourceHost = "node-1", FirstTimestamp = Noon, LastTimestamp = Noon, CoreCount = 1 }
            : common with { EventTime = Noon };
    }

    public static EventPatch Patch(KubeEvent kubeEvent) => new() { ApiVersion = kubeEvent.ApiVersion, Namespace = kubeEvent.Namespace, Name = kubeEvent.Name };

    public static EventWatchRequest Watch(ContractStore store, string resourceVersion, string apiVersion = EventApiVersion.CoreV1) =>
        new() { Namespace = store.Namespace, ResourceVersion = resourceVersion, ApiVersion = apiVersion };

    public static async Task<string> VersionAsync(ContractStore store) =>
        (await store.Source.ListAsync(new EventListRequest { Namespace = store.Namespace }, default)).ResourceVersion;
}
