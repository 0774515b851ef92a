using System.Globalization;

namespace EventRecording.Sandbox.Table;

/// <summary>Ages as kubectl writes them.</summary>
internal static class HumanDuration
{
    public static string Since(DateTimeOffset? time, DateTimeOffset now) => time is null ? "<unknown>" : Format(now - time.Value);

    public static string Format(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        if (seconds < -1)
            return "<invalid>";
        if (seconds < 0)
            return "0s";
        if (seconds < 120)
            return Text(seconds, "s", 0, "");
        var minutes = seconds / 60;
        if (minutes < 10)
            return Text(minutes, "m", seconds % 60, "s");
        if (minutes < 180)
            return Text(minutes, "m", 0, "");
        var hours = minutes / 60;
        if (hours < 8)
            return Text(hours, "h", minutes % 60, "m");
        if (hours < 48)
            return Text(hours, "h", 0, "");
        var days = hours / 24;
        if (hours < 24 * 8)
            return Text(days, "d", hours % 24, "h");
        if (days < 365 * 2)
            return Text(days, "d", 0, "");
        return days < 365 * 8 ? Text(days / 365, "y", days % 365, "d") : Text(days / 365, "y", 0, "");
    }

    private static string Text(long large, string unit, long small, string smallUnit)
    {
        var rest = small == 0 ? "" : small.ToString(CultureInfo.InvariantCulture) + smallUnit;
        return large.ToString(CultureInfo.InvariantCulture) + unit + rest;
    }
}
