using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

public sealed class MarksOfTheSpoolTests : IDisposable
{
    private readonly SpoolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(30, 2)]
    [InlineData(90, 1)]
    public async Task A_mark_stays_on_its_event_as_long_as_the_spool_may_ask_for_it(int minutesLater, int marks)
    {
        await _run.RecordAsync(ServerMood.Up);

        await RecordLaterAsync(TimeSpan.FromMinutes(minutesLater), options => options with { Spool = null });

        Assert.Equal(marks, _run.Event.Annotations.Count);
    }

    [Fact]
    public async Task Without_a_spool_it_goes_after_a_quarter_of_an_hour()
    {
        await _run.RecordAsync(ServerMood.Up, configure: options => options with { Spool = null });

        await RecordLaterAsync(TimeSpan.FromMinutes(14), options => options);
        Assert.Equal(2, _run.Event.Annotations.Count);

        await RecordLaterAsync(TimeSpan.FromMinutes(16), options => options);
        Assert.DoesNotContain(_run.Event.Annotations.Values, value => value.EndsWith(" 900", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1 2026-11-20T12:00:00Z 900", true)]
    [InlineData("1 2026-11-20T12:00:00Z 4294967295", true)]
    [InlineData("1 2026-11-20T12:00:00Z", false)]
    [InlineData("1 2026-11-20T12:00:00Z -1", false)]
    [InlineData("1 yesterday 900", false)]
    [InlineData("", false)]
    public void No_mark_stays_for_ever_and_what_is_none_is_left_alone(string value, bool isStale)
    {
        var kubeEvent = SampleEvents.ScaledUp with { Annotations = new Dictionary<string, string> { ["eventrecording/w-0123456789abcdef"] = value } };

        Assert.Equal(isStale, new WriterMark().Stale(kubeEvent, SampleEvents.Noon.UtcDateTime.AddDays(8)) is not null);
    }

    private Task<EventOutcome[]> RecordLaterAsync(TimeSpan later, Func<EventBroadcasterOptions, EventBroadcasterOptions> configure)
    {
        _run.Time = new ShiftedTimeProvider(later);
        return _run.RecordAsync(ServerMood.Up, configure: configure);
    }
}
