using System.Globalization;

namespace EventRecording.Tests.Support;

/// <summary>Events for tests, like those of the transcripts.</summary>
internal static class SampleEvents
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static readonly ObjectReference Redis = new()
    {
        ApiVersion = "cache.example.com/v1",
        Kind = "Redis",
        Namespace = "wire",
        Name = "my-op-redis",
        Uid = "3840cc87-8263-4be5-a302-92dc5c3d3030",
    };

    public static KubeEvent ScaledUp { get; } = new()
    {
        Name = "my-op-redis.1",
        Namespace = "wire",
        Uid = "cf512a94-a7d7-49c4-924a-4439419eea59",
        ResourceVersion = "233259",
        CreationTimestamp = Noon,
        InvolvedObject = Redis,
        Type = EventType.Normal,
        Reason = "ScaledUp",
        Message = "my-op-redis replicas set to 3",
        SourceComponent = "RedisOperator",
        ReportingController = "RedisOperator",
        FirstTimestamp = Noon,
        LastTimestamp = Noon,
        CoreCount = 1,
    };

    public static KubeEvent Named(string name, string inNamespace = "wire") => ScaledUp with { Name = name, Namespace = inNamespace };

    public static KubeEvent Numbered(int number, string inNamespace = "wire") =>
        Named(string.Create(CultureInfo.InvariantCulture, $"e.{number:D5}"), inNamespace);
}
