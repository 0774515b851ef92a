using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>What reading a list costs at the default settings of the runtime.</summary>
internal static class ReadingGoals
{
    private const int Count = 80_000;
    private const int Rounds = 7;

    public static void Print()
    {
        using var server = new ServerProcess("serve", $"{Count}", "0");
        string[] commands =
        [
            $"dotnet {ListBenchmarks.Lister} list {server.Address}",
            $"{ListBenchmarks.WithDefaults} {ListBenchmarks.Lister} list {server.Address}",
            ListBenchmarks.Cmdlet,
            "kubectl events -A",
        ];
        var runs = Enumerable.Range(0, Rounds).Select(round => commands.Select((command, i) => i == 3 && round > 2 ? null : TimedProgram.Median(1, server.Kubeconfig, command)).ToArray()).ToList();
        Console.WriteLine(new Goal($"{Count:N0} listed, default settings: processor time to the tuned program", 1.15).Row(Ratio(1, 0), Seconds(1, 0)));
        Console.WriteLine(new Goal($"{Count:N0} listed by `Get-KubeEvent -Unsorted`: processor time to `kubectl events`", 0.7).Row(Ratio(2, 3), Seconds(2, 3)));

        double? Of(int program) => runs.Select(run => run[program]?.Processor).OfType<double>().ToList() is { Count: > 0 } all ? Goal.Median(all) : null;
        double? Ratio(int ours, int theirs) => Of(ours) / Of(theirs);
        string Seconds(int ours, int theirs) => string.Create(CultureInfo.InvariantCulture, $"{Of(ours):F2} s to {Of(theirs):F2}");
    }
}
