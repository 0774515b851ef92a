using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace EventRecording.PowerShell;

/// <summary>Reads a point in time as people write it: how long ago (<c>90m</c>, <c>1h30m</c>, <c>3d</c>, a TimeSpan), or when.</summary>
internal static partial class Instant
{
    // A text that is further away has the year of another calendar: 1405, 1448, 2569.
    private const int MaxYearsAway = 200;

    // Says that there is no end.
    private const int EndOfTime = 9999;

    /// <exception cref="FormatException">It is none of these.</exception>
    public static DateTimeOffset Read(object? value, TimeProvider time) => value switch
    {
        TimeSpan ago => Before(ago, time),
        DateTimeOffset at => at,
        DateTime { Kind: DateTimeKind.Utc } utc => new DateTimeOffset(utc),
        DateTime local => InZone(local, time.LocalTimeZone),
        string text => Parse(Plain(text), time),
        _ => throw NoInstant(value?.ToString()),
    };

    /// <summary>Reads a length of time as people write it: <c>10m</c>, <c>1h30m</c>, a TimeSpan.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TimeSpan ReadDuration(object? value) => value switch
    {
        TimeSpan given => given,
        string text when TryDuration(text.Trim()) is { } duration => duration,
        string text when text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var parsed) => parsed,
        _ => throw new FormatException($"'{SafeText.Quote(value?.ToString())}' is no length of time: give one such as 10m, 1h30m or a TimeSpan."),
    };

    // Cultures print blanks of their own, such as the narrow one before PM.
    private static string Plain(string text) => text.Trim().Replace('\u202f', ' ').Replace('\u00a0', ' ');

    private static TimeSpan? TryDuration(string text) =>
        Duration().Match(text) is { Success: true } match && text.Length > 0 ? Add(match, text) : null;

    private static DateTimeOffset Parse(string text, TimeProvider time)
    {
        if (TryDuration(text) is { } before)
            return Before(before, time);
        // "3" would be three days to a TimeSpan, and the third of this month to a date.
        if (!text.Contains(':', StringComparison.Ordinal) && !text.Contains('-', StringComparison.Ordinal) && !text.Contains('/', StringComparison.Ordinal))
            throw NoInstant(text);
        if (HoursAndMinutes().IsMatch(text))
            throw new FormatException($"'{SafeText.Quote(text)}' may be a time of the day or a duration: give how long ago, such as 90m or 2h, or when, such as {time.GetLocalNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}T{text.PadLeft(5, '0')}.");
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var ago))
            return Before(ago, time);
        // "Nov 22 10:00" would be ten past ten in the evening, and "12/31" lie in the future for most of the year.
        return HasYear().IsMatch(text) ? ParseDate(text, time) : throw NoInstant(text);
    }

    // PowerShell's own cmdlets read a text as the culture writes dates, its casts month first, and a script runs under both: what they disagree about is not guessed at.
    private static DateTimeOffset ParseDate(string text, TimeProvider time)
    {
        var monthFirst = TryDate(text, CultureInfo.InvariantCulture, time);
        var beginsWithYear = int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!beginsWithYear && TryDate(text, CultureInfo.CurrentCulture, time) is { } here && IsNear(here, time))
        {
            return monthFirst is { } other && other != here && IsNear(other, time)
                ? throw new FormatException($"'{SafeText.Quote(text)}' may be {here.ToString("d MMMM", CultureInfo.InvariantCulture)} or {other.ToString("d MMMM", CultureInfo.InvariantCulture)}: give it as {here.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture)} or {other.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture)}, or a DateTime.")
                : here;
        }

        var at = monthFirst ?? throw NoInstant(text);
        return IsNear(at, time) ? at
            : throw new FormatException($"'{SafeText.Quote(text)}' is in the year {at.Year.ToString(CultureInfo.InvariantCulture)}: give the year as 2026-11-20T12:00:00Z has it, or a DateTime.");
    }

    private static bool IsNear(DateTimeOffset at, TimeProvider time) => at.Year == EndOfTime || Math.Abs(at.Year - time.GetUtcNow().Year) <= MaxYearsAway;

    private static DateTimeOffset? TryDate(string text, CultureInfo culture, TimeProvider time)
    {
        if (DateTime.TryParse(text, culture, DateTimeStyles.RoundtripKind, out var date) && date.Kind != DateTimeKind.Local)
            return Read(date, time);
        return DateTimeOffset.TryParse(text, culture, DateTimeStyles.None, out var at) ? at : null;
    }

    /// <summary>As <see cref="Read"/>, and a time of the day is the last one that was.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static DateTimeOffset ReadPoint(object? value, TimeProvider time)
    {
        if (value is not string given || Plain(given) is not { } text || !TimeOfDay().IsMatch(text))
            return Read(value, time);
        var (now, today) = (time.GetUtcNow(), time.GetLocalNow().Date);
        // By its offset it may be the day after tomorrow already, or still the day before yesterday; and the last one was then, or a day earlier.
        foreach (var days in (int[])[2, 1, 0, -1, -2, -3])
        {
            if (TryDate($"{today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} {text}", CultureInfo.InvariantCulture, time) is { } at && at <= now)
                return at;
        }

        throw NoInstant(text);
    }

    private static TimeSpan Add(Match match, string text)
    {
        try
        {
            return Of("d", TimeSpan.TicksPerDay) + Of("h", TimeSpan.TicksPerHour) + Of("m", TimeSpan.TicksPerMinute) + Of("s", TimeSpan.TicksPerSecond);
        }
        catch (OverflowException)
        {
            throw NoInstant(text);
        }

        TimeSpan Of(string unit, long ticks) => match.Groups[unit] is { Success: true, Value: var digits }
            ? new TimeSpan(checked(long.Parse(digits, CultureInfo.InvariantCulture) * ticks))
            : TimeSpan.Zero;
    }

    // The first and the last DateTime say that there is no beginning and no end, also where a zone's clock would have to leave them.
    private static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(local);
        return local.Ticks < offset.Ticks ? DateTimeOffset.MinValue
            : local.Ticks - offset.Ticks > DateTime.MaxValue.Ticks ? DateTimeOffset.MaxValue
            : new DateTimeOffset(local, offset);
    }

    private static DateTimeOffset Before(TimeSpan ago, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return ago > now - DateTimeOffset.MinValue ? DateTimeOffset.MinValue
            : ago < now - DateTimeOffset.MaxValue ? DateTimeOffset.MaxValue
            : now - ago;
    }

    private static FormatException NoInstant(string? text) =>
        new($"'{SafeText.Quote(text)}' is no point in time: give how long ago, such as 90m, 2h, 3d or a TimeSpan, or when, such as a DateTime or 2026-11-20T12:00:00Z.");

    [GeneratedRegex(@"^(?:(?<d>[0-9]{1,18})d)?(?:(?<h>[0-9]{1,18})h)?(?:(?<m>[0-9]{1,18})m)?(?:(?<s>[0-9]{1,18})s)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Duration();

    [GeneratedRegex(@"^([01]?[0-9]|2[0-3]):[0-5][0-9]$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HoursAndMinutes();

    [GeneratedRegex(@"^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?( *[AP]M)?( *(Z|GMT|[+-][0-9]{2}:?[0-9]{2}))?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TimeOfDay();

    // And no offset: they go from -1200 to +1400.
    [GeneratedRegex(@"(?<!\+)\b(1[3-9]|[2-9][0-9])[0-9]{2}\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HasYear();
}

/// <summary>Takes a point in time as people write it: <c>90m</c>, <c>3d</c>, a TimeSpan, a DateTime.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal class InstantTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Read(PowerShellObjects.AsTyped(inputData));
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    private protected virtual object Read(object? typed) => Instant.Read(typed, TimeProvider.System);
}

/// <summary>Takes a point in time as people write it, also as a time of the day: <c>14:05</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PointInTimeTransformationAttribute : InstantTransformationAttribute
{
    private protected override object Read(object? typed) => Instant.ReadPoint(typed, TimeProvider.System);
}

/// <summary>What lies around a point in time, as far as there is time at all.</summary>
internal readonly record struct Period(DateTimeOffset Around, TimeSpan Within)
{
    public DateTimeOffset Since => Around - DateTimeOffset.MinValue < Within ? DateTimeOffset.MinValue : Around - Within;

    public DateTimeOffset Until => DateTimeOffset.MaxValue - Around < Within ? DateTimeOffset.MaxValue : Around + Within;
}

/// <summary>Takes a length of time as people write it: <c>10m</c>, <c>1h30m</c>, a TimeSpan.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationTransformationAttribute : InstantTransformationAttribute
{
    private protected override object Read(object? typed) => Instant.ReadDuration(typed);
}
