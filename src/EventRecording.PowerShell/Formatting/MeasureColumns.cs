using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>The cells of the view of measures. Text from the cluster is made safe for the terminal.</summary>
public static class MeasureColumns
{
    /// <summary>Repetitions in an hour, with one digit behind the point; empty without a rate.</summary>
    public static string Rate(EventMeasure shown) => shown?.RatePerHour?.ToString("N1", CultureInfo.CurrentCulture) ?? "";

    /// <summary>How long ago it first happened.</summary>
    public static string First(EventMeasure shown) => EventAge.Since(shown?.First, TimeProvider.System.GetUtcNow());

    /// <summary>How long ago it last happened.</summary>
    public static string Last(EventMeasure shown) => EventAge.Since(shown?.Last, TimeProvider.System.GetUtcNow());

    /// <summary>What the events of the group have in common: <c>Warning BackOff pod/web-0</c>.</summary>
    public static string Group(EventMeasure shown)
    {
        string?[] parts = [shown?.Type, shown?.Reason, shown?.Object?.ToString(), shown?.Source];
        return string.Join(' ', parts.Where(part => part is not null).Select(SafeText.Escape));
    }
}
