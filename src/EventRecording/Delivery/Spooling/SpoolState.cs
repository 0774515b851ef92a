using System.Globalization;
using System.Text;

namespace EventRecording;

/// <summary>The first line of a file in the spool, of fixed width, so that it is changed in place.</summary>
/// <param name="SentAt">Since when a request may have been applied; <see langword="null"/> if none can have been.</param>
/// <param name="OwnSuffix">Behind the hash of the name under which it was sent, if that was made for this write alone; <see langword="null"/> for the name of the series.</param>
internal readonly record struct SpoolState(DateTime? SentAt, string? OwnSuffix = null)
{
    /// <summary>Bytes of the line, its end included.</summary>
    public const int Length = 52;

    private const string Unsent = "unsent";
    private const string Sent = "sent";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    public byte[] ToBytes()
    {
        var text = SentAt is { } time ? $"{Sent} {time.ToString(TimeFormat, CultureInfo.InvariantCulture)} {OwnSuffix}" : Unsent;
        return Encoding.ASCII.GetBytes(text.PadRight(Length - 1) + "\n");
    }

    public static SpoolState? TryParse(ReadOnlySpan<byte> line)
    {
        if (line.Length != Length || line[^1] != '\n')
            return null;
        var text = Encoding.ASCII.GetString(line[..^1]).TrimEnd(' ');
        if (text == Unsent)
            return default(SpoolState);
        return text.Split(' ') is [Sent, var sentAt, .. { Length: <= 1 } own]
            && DateTime.TryParseExact(sentAt, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            && own.All(EventName.IsRandomSuffix)
            ? new SpoolState(time, own.FirstOrDefault())
            : null;
    }
}
