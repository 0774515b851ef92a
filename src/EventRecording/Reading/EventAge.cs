using System.Globalization;

namespace EventRecording;

/// <summary>Ages as kubectl writes them, with two or three significant figures: <c>66s</c>, <c>7h59m</c>, <c>2y</c>.</summary>
public static class EventAge
{
    /// <summary>Shown where a writer gave no time.</summary>
    public const string Unknown = "<unknown>";

    // A duration in Go holds no more, and time.Since ends there.
    private static readonly TimeSpan Longest = TimeSpan.FromTicks(long.MaxValue / 100);

    /// <summary>The age of an instant; <c>&lt;unknown&gt;</c> without one.</summary>
    public static string Since(DateTimeOffset? time, DateTimeOffset now) => time is { } known ? HumanDuration(now - known) : Unknown;

    /// <summary>A duration as <c>duration.HumanDuration</c> of k8s.io/apimachinery writes it.</summary>
    /// <value>
    /// <c>&lt;invalid&gt;</c> from minus two seconds on: whole seconds are compared, and a little less than that may be a clock that is
    /// off.
    /// </value>
    public static string HumanDuration(TimeSpan duration)
    {
        if (duration > Longest)
            duration = Longest;
        long seconds = duration.Ticks / TimeSpan.TicksPerSecond, minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 2 * 60 => $"{seconds}s",
            _ when minutes < 10 => Join(minutes, 'm', seconds % 60, 's'),
            _ when hours < 3 => $"{minutes}m",
            _ when hours < 8 => Join(hours, 'h', minutes % 60, 'm'),
            _ when hours < 48 => $"{hours}h",
            _ when days < 8 => Join(days, 'd', hours % 24, 'h'),
            _ when days < 2 * 365 => $"{days}d",
            _ when days < 8 * 365 => Join(days / 365, 'y', days % 365, 'd'),
            _ => $"{days / 365}y",
        };
    }

    /// <summary>
    /// Last seen, how often and since when: <c>66s (x2 over 72s)</c>; only the age for a single occurrence. Column Age of <c>kubectl
    /// describe</c>.
    /// </summary>
    public static string Interval(KubeEvent shown, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var first = Since(shown.EventTime ?? shown.FirstTimestamp, now);
        return shown switch
        {
            { Series: { } series } => Repeated(Since(series.LastObservedTime, now), series.Count, first),
            { CoreCount: > 1 and var count } => Repeated(Since(shown.LastTimestamp, now), count, first),
            _ => first,
        };
    }

    /// <summary>When it was last seen. Column LAST SEEN of <c>kubectl get events</c>.</summary>
    public static string LastSeen(KubeEvent shown, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return shown switch
        {
            { Series: { } series } => Since(series.LastObservedTime, now),
            { LastTimestamp: { } last } => Since(last, now),
            _ => FirstSeen(shown, now),
        };
    }

    /// <summary>When it was first seen. Column FIRST SEEN of <c>kubectl get events -o wide</c>.</summary>
    public static string FirstSeen(KubeEvent shown, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return Since(shown.FirstTimestamp ?? shown.EventTime, now);
    }

    private static string Repeated(string last, int count, string first) =>
        string.Create(CultureInfo.InvariantCulture, $"{last} (x{count} over {first})");

    private static string Join(long large, char largeUnit, long small, char smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
