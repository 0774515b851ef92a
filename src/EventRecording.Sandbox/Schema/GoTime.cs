using System.Globalization;
using System.Text.RegularExpressions;

namespace EventRecording.Sandbox;

/// <summary>Times as the API server reads and writes them.</summary>
internal static partial class GoTime
{
    public static string Seconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Microseconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset? TryParse(string? text) =>
        text is not null && Rfc3339().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Any RFC 3339 time, cut to the second.</summary>
    /// <exception cref="DecodeException">It is none.</exception>
    public static string ParseSeconds(string text) =>
        Seconds(TryParse(text) ?? throw Bad(text, "2006-01-02T15:04:05Z07:00", text, "2006"));

    /// <summary>A time with exactly six digits of a second: whole seconds are refused too.</summary>
    /// <exception cref="DecodeException">It has another form.</exception>
    public static string ParseMicroseconds(string text)
    {
        const string Layout = "2006-01-02T15:04:05.000000Z07:00";
        if (TryParse(text) is not { } time)
            throw Bad(text, Layout, text, "2006");
        var zone = text.IndexOfAny(['.', 'Z', '+'], 10);
        if (zone < 0)
            zone = text.LastIndexOf('-');
        return MicroTime().IsMatch(text) ? Microseconds(time) : throw Bad(text, Layout, text[zone..], ".000000");
    }

    private static DecodeException Bad(string text, string layout, string rest, string expected) =>
        new($"parsing time \"{text}\" as \"{layout}\": cannot parse \"{rest}\" as \"{expected}\"");

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"\d\.\d{6}(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex MicroTime();
}
