using System.Globalization;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class InstantTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Now);

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("90m", 90 * 60)]
    [InlineData("2h", 2 * 3600)]
    [InlineData("3d", 3 * 86400)]
    [InlineData("1h30m", 5400)]
    [InlineData(" 1d2h3m4s ", 93784)]
    [InlineData("01:30:00", 5400)]
    [InlineData("1.02:00:00", 93600)]
    public void A_duration_is_so_long_ago(string text, int seconds) =>
        Assert.Equal(Now.AddSeconds(-seconds), Instant.Read(text, _time));

    [Theory]
    [InlineData("11:59", "2026-11-20T11:59:00Z")]
    [InlineData("12:00", "2026-11-20T12:00:00Z")]
    [InlineData("12:01", "2026-11-19T12:01:00Z")]
    [InlineData(" 9:05:30 ", "2026-11-20T09:05:30Z")]
    [InlineData("10:00 PM", "2026-11-19T22:00:00Z")]
    [InlineData("10:00:30am", "2026-11-20T10:00:30Z")]
    [InlineData("10:00Z", "2026-11-20T10:00:00Z")]
    [InlineData("13:00:00 z", "2026-11-19T13:00:00Z")]
    [InlineData("10:00 GMT", "2026-11-20T10:00:00Z")]
    [InlineData("14:00+02:00", "2026-11-20T12:00:00Z")]
    [InlineData("14:01 +0200", "2026-11-19T12:01:00Z")]
    [InlineData("01:00+14:00", "2026-11-20T11:00:00Z")]
    [InlineData("90m", "2026-11-20T10:30:00Z")]
    [InlineData("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z")]
    public void A_time_of_the_day_is_the_last_one_that_was(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), Instant.ReadPoint(text, _time));

    [Theory]
    [InlineData("2026-11-20T00:30:00Z", 9, "23:45Z", "2026-11-19T23:45:00Z")]
    [InlineData("2026-11-22T02:52:00Z", 1, "22:30-05:00", "2026-11-21T03:30:00Z")]
    [InlineData("2026-11-22T00:00:00Z", 14, "11:30-12:00", "2026-11-21T23:30:00Z")]
    [InlineData("2026-11-22T09:00:00Z", 14, "22:00-12:00", "2026-11-21T10:00:00Z")]
    [InlineData("2026-11-23T10:30:00Z", -11, "00:15+14:00", "2026-11-23T10:15:00Z")]
    public void A_time_of_another_zone_is_the_last_one_that_was_wherever_one_is(string now, int zone, string text, string expected)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)) { Zone = Zone(zone) };
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), Instant.ReadPoint(text, time).ToUniversalTime());
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(9)]
    public void The_ends_of_time_are_taken_in_every_zone(int zone)
    {
        var time = new FakeTimeProvider(Now) { Zone = Zone(zone) };
        Assert.True(Instant.Read(DateTime.MinValue, time) <= DateTimeOffset.MinValue.AddDays(1));
        Assert.True(Instant.Read(DateTime.MaxValue, time) >= DateTimeOffset.MaxValue.AddDays(-1));
        Assert.True(Instant.Read("9999-12-31T23:59:59", time) >= DateTimeOffset.MaxValue.AddDays(-1));
    }

    [Fact]
    public void Around_the_ends_of_time_there_is_no_more_time() => Assert.Equal(
        (DateTimeOffset.MinValue, DateTimeOffset.MaxValue),
        (new Period(DateTimeOffset.MinValue.AddHours(1), TimeSpan.FromHours(2)).Since, new Period(DateTimeOffset.MaxValue.AddHours(-1), TimeSpan.FromHours(2)).Until));

    [Theory]
    [InlineData("22 Nov 2026 10:00:00 GMT")]
    [InlineData("Sun, 22 Nov 2026 10:00:00 GMT")]
    [InlineData("2026-11-22 10:00:00 Z")]
    [InlineData("22-Nov-2026 10:00Z")]
    [InlineData("11-22-2026 10:00 -0000")]
    public void A_date_in_words_has_its_year(string text) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), Instant.Read(text, _time).ToUniversalTime());

    [Fact]
    public void A_TimeSpan_is_so_long_ago() => Assert.Equal(Now.AddHours(-2), Instant.Read(TimeSpan.FromHours(2), _time));

    [Fact]
    public void A_TimeSpan_longer_than_time_itself_is_the_beginning() => Assert.Equal(DateTimeOffset.MinValue, Instant.Read(TimeSpan.MaxValue, _time));

    [Theory]
    [InlineData("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z")]
    [InlineData("2026-11-20T10:00:00+08:00", "2026-11-20T02:00:00Z")]
    [InlineData("2026-11-20 10:00", "2026-11-20T10:00:00Z")]
    [InlineData("2026-11-20", "2026-11-20T00:00:00Z")]
    [InlineData("2026-11-20t10:00:00z", "2026-11-20T10:00:00Z")]
    [InlineData("2026-11-20 10:00 -0200", "2026-11-20T12:00:00Z")]
    [InlineData("2026-11-20 10:00:00 GMT", "2026-11-20T10:00:00Z")]
    [InlineData("11/20/2026 10:00:00 PM", "2026-11-20T22:00:00Z")]
    [InlineData("1970-01-01", "1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31", "9999-12-31T00:00:00Z")]
    public void A_date_without_a_zone_is_local(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), Instant.Read(text, _time));

    [Theory]
    [InlineData("13.04.2026 10:00", "2026-04-13T10:00:00Z")]
    [InlineData("23.11.2026 18:01:33 +00:00", "2026-11-23T18:01:33Z")]
    [InlineData("04.04.2026 10:00", "2026-04-04T10:00:00Z")]
    [InlineData("11/20/2026 10:00", "2026-11-20T10:00:00Z")]
    [InlineData("2026-04-03 10:00", "2026-04-03T10:00:00Z")]
    public void A_date_as_the_culture_writes_it_is_taken(string text, string expected) => InGerman(() =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), Instant.Read(text, _time)));

    [Theory]
    [InlineData("03.04.2026 10:00")]
    [InlineData("3/4/2026 10:00")]
    public void A_date_that_may_be_one_of_two_days_is_not_guessed_at(string text) => InGerman(() =>
        Assert.Equal($"'{text}' may be 3 April or 4 March: give it as 2026-04-03T10:00 or 2026-03-04T10:00, or a DateTime.", Assert.Throws<FormatException>(() => Instant.Read(text, _time)).Message));

    [Fact]
    public void The_blanks_of_a_culture_are_blanks()
    {
        Assert.Equal(Instant.ReadPoint("9:02 AM", _time), Instant.ReadPoint("9:02\u202fAM", _time));
        Assert.Equal(Instant.Read("11/20/2026 9:02 AM", _time), Instant.Read("11/20/2026 9:02\u00a0AM", _time));
    }

    [Fact]
    public void A_DateTime_keeps_its_kind()
    {
        var local = new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Local);
        var utc = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        Assert.Equal(new DateTimeOffset(local, TimeSpan.Zero), Instant.Read(local, _time));
        Assert.Equal(new DateTimeOffset(utc), Instant.Read(utc, _time));
    }

    [Theory]
    [InlineData("14:00", "2026-11-20T14:00.")]
    [InlineData("9:30", "2026-11-20T09:30.")]
    public void Hours_and_minutes_alone_are_not_guessed_at(string text, string hint) =>
        Assert.EndsWith(hint, Assert.Throws<FormatException>(() => Instant.Read(text, _time)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1405/9/2 2:15", 1405)]
    [InlineData("1448-06-12T10:00:00Z", 1448)]
    [InlineData("2569-11-22", 2569)]
    public void The_year_of_another_calendar_is_not_taken_for_one_of_this(string text, int year) =>
        Assert.StartsWith($"'{text}' is in the year {year}: ", Assert.Throws<FormatException>(() => Instant.Read(text, _time)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("3x")]
    [InlineData("m")]
    [InlineData("m90")]
    [InlineData("1m1h")]
    [InlineData("yesterday")]
    [InlineData("Nov 22 10:00")]
    [InlineData("22 Nov 10:00")]
    [InlineData("Nov 22 10:00:00 +0200")]
    [InlineData("Sun Nov 22 10:00:00 2026")]
    [InlineData("12/31")]
    [InlineData("10:00 11/22")]
    [InlineData("11/22/26")]
    [InlineData("11/22 10:00 +1300")]
    [InlineData("11/22 10:00 -1200")]
    [InlineData("10:00 PM")]
    [InlineData("10:00Z")]
    [InlineData("10:00+02:00")]
    [InlineData("99999999999999999d")]
    [InlineData(3)]
    public void Anything_else_is_an_error_that_says_what_is_taken(object value)
    {
        var error = Assert.Throws<FormatException>(() => Instant.Read(value, _time));
        Assert.Contains($"'{value}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("90m, 2h, 3d", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12/31")]
    [InlineData("13:00 AM")]
    [InlineData("25:00 Z")]
    public void What_is_no_time_of_the_day_is_no_point_in_time(string text) => Assert.Throws<FormatException>(() => Instant.ReadPoint(text, _time));

    private static void InGerman(Action check)
    {
        var (before, german) = (CultureInfo.CurrentCulture, (CultureInfo)CultureInfo.InvariantCulture.Clone());
        (german.DateTimeFormat.ShortDatePattern, german.DateTimeFormat.DateSeparator) = ("dd.MM.yyyy", ".");
        CultureInfo.CurrentCulture = german;
        try
        {
            check();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static TimeZoneInfo Zone(int hours) => TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(hours), "here", "here");
}
