using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>What reading a list costs at the default settings of the runtime. Each run is a process of its own; they take turns.</summary>
internal static class ReadingGoals
{
    private const int Count = 80_000;
    private const int Rounds = 7;
    private const string Library = "KubernetesClient/bin/Release/net8.0/EventRecording.KubernetesClientLister.dll";

    // Seen from bin/Release/net8.0 of the benchmarks.
    private static readonly string OfLibrary = Path.GetFullPath($"../../../{Library}", AppContext.BaseDirectory);

    public static void Print()
    {
        using var server = new ServerProcess("serve", $"{Count}", "0");
        var tuned = new Lister($"dotnet {ListBenchmarks.Lister} list {server.Address}");
        var ours = new Lister($"{ListBenchmarks.WithDefaults} {ListBenchmarks.Lister} list {server.Address}");
        var library = new Lister($"dotnet {OfLibrary} {server.Address}") { Missing = File.Exists(OfLibrary) ? TimedProgram.Missing : $"tests/benchmarks/{Library} is not built" };
        var cmdlet = new Lister(ListBenchmarks.Cmdlet) { Missing = PowerShellRun.Missing ?? TimedProgram.Missing };
        // It takes half a minute.
        var kubectl = new Lister("kubectl events -A") { Missing = Programs.Missing("kubectl") ?? TimedProgram.Missing, MostRuns = 3 };
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var lister in new[] { tuned, ours, library, cmdlet, kubectl })
                lister.Run(server.Kubeconfig);
        }

        Print("default settings: processor time to the tuned program", 1.15, ours, tuned, run => run.Processor, "s");
        Print("processor time to KubernetesClient", 0.6, ours, library, run => run.Processor, "s");
        Print("most memory to KubernetesClient", 0.6, ours, library, run => run.Megabytes, "MB");
        Print("`Get-KubeEvent -Unsorted`: processor time to `kubectl events`", 0.7, cmdlet, kubectl, run => run.Processor, "s");
    }

    private static void Print(string what, double bound, Lister one, Lister other, Func<TimedProgram, double> figure, string unit)
    {
        var goal = new Goal($"{Count:N0} listed, {what}", bound);
        if ((one.Missing ?? other.Missing) is { } missing)
        {
            Console.WriteLine(goal.Row(null, missing));
            return;
        }

        var (ours, theirs) = (one.Median(figure), other.Median(figure));
        Console.WriteLine(goal.Row(ours / theirs, string.Create(CultureInfo.InvariantCulture, $"{ours:0.##} {unit} to {theirs:0.##}")));
    }

    private sealed class Lister(string command)
    {
        private readonly List<TimedProgram> _runs = [];

        /// <summary>Why it is not measured.</summary>
        public string? Missing { get; set; } = TimedProgram.Missing;

        public int MostRuns { get; init; } = Rounds;

        public void Run(string kubeconfig)
        {
            if (Missing is not null || _runs.Count == MostRuns)
                return;
            if (TimedProgram.Median(1, kubeconfig, command) is { } run)
                _runs.Add(run);
            else
                Missing = $"`{command}` failed";
        }

        public double Median(Func<TimedProgram, double> figure) => Goal.Median(_runs.Select(figure));
    }
}
