using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>What must hold, as a figure that is at most, or at least, so large.</summary>
internal sealed record Goal(string What, double Bound, bool IsAtMost = true)
{
    public const string Header = "| goal | | measured | |\n|---|---:|---:|---|";

    /// <summary>A row of the table; without a figure the reason why there is none.</summary>
    public string Row(double? figure, string detail = "")
    {
        var holds = IsAtMost ? figure <= Bound : figure >= Bound;
        return string.Create(CultureInfo.InvariantCulture, $"| {What} | {(IsAtMost ? "≤" : "≥")} {Bound} | {figure:0.##} | {(figure is null ? "not measured" : holds ? "holds" : "**falls short**")}{(detail.Length > 0 ? $": {detail}" : "")} |");
    }

    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
