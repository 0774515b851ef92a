using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recording;

public class EventBroadcasterOptionsTests
{
    private static readonly EventBroadcasterOptions Defaults = new();

    [Fact]
    public void Defaults_are_as_documented()
    {
        Assert.Equal("v1", Defaults.ApiVersion);
        Assert.Null(Defaults.ReportingInstance);
        Assert.Equal((10, TimeSpan.FromMinutes(10)), (Defaults.Combining!.Threshold, Defaults.Combining.Window));
        Assert.Equal((25, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)), (Defaults.RateLimit!.Burst, Defaults.RateLimit.Refill, Defaults.RateLimit.LongestWait));
        Assert.False(Defaults.AllowOtherTypes);
        Assert.Equal((16_384, 32_768, 4_096, 128), (Defaults.IntakeCapacity, Defaults.SeriesCapacity, Defaults.IdleSeriesCapacity, Defaults.MaxConcurrentWrites));
        Assert.Null(Defaults.RequestTimeout);
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(20)), (Defaults.WriteDeadline, Defaults.DisposeDeadline));
        Assert.Empty(Defaults.Observers);
        Assert.Same(TimeProvider.System, Defaults.TimeProvider);
        Assert.Same(Random.Shared, Defaults.Random);
    }

    public static readonly TheoryData<string, EventBroadcasterOptions> Wrong = new()
    {
        { "ApiVersion is 'v2': events are written through 'v1' or 'events.k8s.io/v1'.", Defaults with { ApiVersion = "v2" } },
        { "Observers is null: an empty list for none.", Defaults with { Observers = null! } },
        { "Observers[1] is null: leave it out.", Defaults with { Observers = [new CollectingObserver(), null!] } },
        { "ObjectReader is null: ObjectReferenceReader.Default.", Defaults with { ObjectReader = null! } },
        { "TimeProvider is null: TimeProvider.System.", Defaults with { TimeProvider = null! } },
        { "Random is null: Random.Shared.", Defaults with { Random = null! } },
        { "IntakeCapacity is 0: at least 1.", Defaults with { IntakeCapacity = 0 } },
        { "SeriesCapacity is 0: at least 1.", Defaults with { SeriesCapacity = 0 } },
        { "IdleSeriesCapacity is -1: at least 0.", Defaults with { IdleSeriesCapacity = -1 } },
        { "MaxConcurrentWrites is 0: at least 1.", Defaults with { MaxConcurrentWrites = 0 } },
        { "RequestTimeout is 00:00:00: more than zero.", Defaults with { RequestTimeout = TimeSpan.Zero } },
        { "RequestTimeout is 25.00:00:00: at most 24 days.", Defaults with { RequestTimeout = TimeSpan.FromDays(25) } },
        { "WriteDeadline is -00:00:01: more than zero.", Defaults with { WriteDeadline = TimeSpan.FromSeconds(-1) } },
        { "WriteDeadline is 00:11:00: at most 00:10:00, since other writers rely on it when they tidy up.", Defaults with { WriteDeadline = TimeSpan.FromMinutes(11) } },
        { "DisposeDeadline is -00:00:01: not less than zero.", Defaults with { DisposeDeadline = TimeSpan.FromSeconds(-1) } },
        { "DisposeDeadline is 25.00:00:00: at most 24 days.", Defaults with { DisposeDeadline = TimeSpan.FromDays(25) } },
        { "Combining.Threshold is 1: at least 2.", Defaults with { Combining = new() { Threshold = 1 } } },
        { "Combining.Window is 00:00:00: more than zero.", Defaults with { Combining = new() { Window = TimeSpan.Zero } } },
        { "Combining.Window is 10675199.02:48:05.4775807: at most 24 days.", Defaults with { Combining = new() { Window = TimeSpan.MaxValue } } },
        { "RateLimit.Burst is 0: at least 1.", Defaults with { RateLimit = new() { Burst = 0 } } },
        { "RateLimit.Burst is 10001: at most 10000; RateLimit = null switches the limit off.", Defaults with { RateLimit = new() { Burst = 10_001 } } },
        { "RateLimit.Refill is 00:00:00: more than zero.", Defaults with { RateLimit = new() { Refill = TimeSpan.Zero } } },
        { "RateLimit.LongestWait is 00:00:00: more than zero.", Defaults with { RateLimit = new() { LongestWait = TimeSpan.Zero } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_out_of_range_is_named(string message, EventBroadcasterOptions options) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new EventBroadcaster(new InMemoryEventSink(), options)).Message);

    [Fact]
    public async Task The_largest_values_work()
    {
        var longest = TimeSpan.FromDays(24);
        await using var test = new TestRecorder(options => options with
        {
            Combining = new() { Threshold = int.MaxValue, Window = longest },
            RateLimit = new() { Burst = 10_000, Refill = longest, LongestWait = longest },
            RequestTimeout = longest,
            IntakeCapacity = int.MaxValue,
            SeriesCapacity = int.MaxValue,
            IdleSeriesCapacity = int.MaxValue,
        });
        for (var i = 0; i < 12_000; i++)
            Assert.True(test.Event(reason: $"R{i % 3}"));
        await test.FlushAsync();
        test.AssertAddsUp(12_000);
    }
}
