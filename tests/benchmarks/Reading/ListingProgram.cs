using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>A program that lists events, and what its runs came to.</summary>
internal sealed class ListingProgram(string command)
{
    private readonly List<TimedProgram> _runs = [];

    /// <summary>Why it is not measured; <see langword="null"/> if it is.</summary>
    public string? Missing { get; set; } = TimedProgram.Missing;

    /// <summary>Further ones are left out.</summary>
    public int MostRuns { get; init; } = int.MaxValue;

    public void Run(string kubeconfig)
    {
        if (Missing is not null || _runs.Count == MostRuns)
            return;
        if (TimedProgram.Median(1, kubeconfig, command) is { } run)
            _runs.Add(run);
        else
            Missing = $"`{command}` failed";
    }

    /// <summary>The row of a goal whose figure is a ratio of medians.</summary>
    public string Row(Goal goal, ListingProgram other, Func<TimedProgram, double> figure, string unit)
    {
        if ((Missing ?? other.Missing) is { } missing)
            return goal.Row(null, missing);
        var (ours, theirs) = (Goal.Median(_runs.Select(figure)), Goal.Median(other._runs.Select(figure)));
        return goal.Row(ours / theirs, string.Create(CultureInfo.InvariantCulture, $"{ours:0.##} {unit} to {theirs:0.##}"));
    }
}
