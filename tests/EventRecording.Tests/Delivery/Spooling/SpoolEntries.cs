using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

/// <summary>Entries for tests.</summary>
internal static class SpoolEntries
{
    public static readonly SpoolOptions Options = new() { Directory = "unused", Cluster = "https://cluster", User = "me" };

    public static SpoolEntry Sample { get; } = new()
    {
        Cluster = Options.Cluster,
        User = Options.User,
        KeptSince = SampleEvents.Noon.UtcDateTime,
        WriterId = "0123456789abcdef",
        Number = 7,
        Key = Key(),
        ApiVersion = EventApiVersion.CoreV1,
        Namespace = "wire",
        Suffix = "",
        Count = 3,
        First = SampleEvents.Noon.UtcDateTime.AddTicks(1),
        Last = SampleEvents.Noon.UtcDateTime.AddTicks(12_345_678),
        LatestMessage = "replicas set to 3",
    };

    public static SeriesKey Key(string message = "replicas set to 3", ObjectReference? regarding = null) =>
        new(new EventReporter("RedisOperator"), regarding ?? SampleEvents.Redis, EventType.Normal, "ScaledUp", message, "Scale", null);

    public static SpoolDirectory Directory(string path, Func<SpoolOptions, SpoolOptions>? configure = null, TimeProvider? time = null)
    {
        var options = Options with { Directory = path };
        return new SpoolDirectory(configure?.Invoke(options) ?? options, time ?? new FakeTimeProvider());
    }
}
