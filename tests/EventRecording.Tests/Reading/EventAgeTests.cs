using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventAgeTests
{
    private const double Minute = 60;
    private const double Hour = 60 * Minute;
    private const double Day = 24 * Hour;
    private const double Year = 365 * Day;

    private static readonly DateTimeOffset Now = SampleEvents.Noon.AddSeconds(72);

    [Theory]
    [InlineData(-1e9, "<invalid>")]
    [InlineData(-2, "<invalid>")]
    [InlineData(-1.999, "0s")]
    [InlineData(-1, "0s")]
    [InlineData(-0.5, "0s")]
    [InlineData(0, "0s")]
    [InlineData(0.999, "0s")]
    [InlineData(1, "1s")]
    [InlineData(70, "70s")]
    [InlineData(119.9, "119s")]
    [InlineData(2 * Minute, "2m")]
    [InlineData((2 * Minute) + 1, "2m1s")]
    [InlineData((9 * Minute) + 59, "9m59s")]
    [InlineData(10 * Minute, "10m")]
    [InlineData((10 * Minute) + 59, "10m")]
    [InlineData((3 * Hour) - 1, "179m")]
    [InlineData(3 * Hour, "3h")]
    [InlineData((3 * Hour) + Minute, "3h1m")]
    [InlineData((8 * Hour) - 1, "7h59m")]
    [InlineData(8 * Hour, "8h")]
    [InlineData((2 * Day) - 1, "47h")]
    [InlineData(2 * Day, "2d")]
    [InlineData((2 * Day) + Hour, "2d1h")]
    [InlineData((8 * Day) - 1, "7d23h")]
    [InlineData(8 * Day, "8d")]
    [InlineData((2 * Year) - 1, "729d")]
    [InlineData(2 * Year, "2y")]
    [InlineData((2 * Year) + Day, "2y1d")]
    [InlineData((8 * Year) - 1, "7y364d")]
    [InlineData(8 * Year, "8y")]
    [InlineData(100 * Year, "100y")]
    [InlineData(2000 * Year, "292y")]
    public void A_duration_is_written_as_kubectl_does(double seconds, string expected) =>
        Assert.Equal(expected, EventAge.HumanDuration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void The_age_of_no_time_is_unknown() => Assert.Equal("<unknown>", EventAge.Since(null, Now));

    [Fact]
    public void A_single_occurrence_has_its_age() => Assert.Equal("72s", EventAge.Interval(SampleEvents.ScaledUp, Now));

    [Fact]
    public void Several_occurrences_have_last_seen_count_and_first_seen()
    {
        var counted = SampleEvents.ScaledUp with { CoreCount = 2, LastTimestamp = SampleEvents.Noon.AddSeconds(6) };

        Assert.Equal("66s (x2 over 72s)", EventAge.Interval(counted, Now));
    }

    [Fact]
    public void A_series_is_preferred_to_the_count()
    {
        var series = SampleEvents.ScaledUp with { CoreCount = 2, Series = new EventSeries(7, Now), EventTime = SampleEvents.Noon.AddSeconds(2) };

        Assert.Equal("0s (x7 over 70s)", EventAge.Interval(series, Now));
    }

    [Fact]
    public void An_event_without_times_is_of_unknown_age()
    {
        var timeless = SampleEvents.ScaledUp with { FirstTimestamp = null, LastTimestamp = null, CoreCount = 3 };

        Assert.Equal("<unknown> (x3 over <unknown>)", EventAge.Interval(timeless, Now));
        Assert.Equal("<unknown>", EventAge.LastSeen(timeless, Now));
    }
}
