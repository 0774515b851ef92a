using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>Lists of events, each client as a program of its own, against the same server.</summary>
internal static class ListBenchmarks
{
    private const string LibraryProgram = "KubernetesClient/bin/Release/net8.0/EventRecording.KubernetesClientLister.dll";

    /// <summary>What a page of 500 took on a kube-apiserver 1.20.2: 3.6 s for 161 pages.</summary>
    private static readonly TimeSpan PageOfARealServer = TimeSpan.FromMilliseconds(22);

    private static string Lister { get; } = FromHere("../../../Lister/bin/Release/net8.0/EventRecording.Lister.dll");

    // The settings of this program are the default ones.
    private static string WithDefaults { get; } = $"dotnet exec --runtimeconfig {FromHere("EventRecording.Benchmarks.runtimeconfig.json")}";

    /// <summary>The program that lists, with settings of the runtime of its own.</summary>
    public static ListingProgram Tuned() => new($"dotnet {Lister} list");

    /// <summary>The same with the default settings.</summary>
    /// <param name="where">A namespace; empty for all.</param>
    public static ListingProgram WithDefaultSettings(string where) => new($"{WithDefaults} {Lister} list {where}");

    /// <param name="where">A namespace, or the address of a server to list all of.</param>
    public static ListingProgram Library(string where)
    {
        var program = FromHere($"../../../{LibraryProgram}");
        var listing = new ListingProgram($"dotnet {program} {where}");
        if (!File.Exists(program))
            listing.Missing = $"tests/benchmarks/{LibraryProgram} is not built";
        return listing;
    }

    /// <param name="where">Which namespaces, as parameters.</param>
    public static ListingProgram Cmdlet(string where) => new(CmdletCommand(where)) { Missing = PowerShellRun.Missing ?? TimedProgram.Missing };

    /// <inheritdoc cref="Cmdlet"/>
    public static ListingProgram Kubectl(string where) => new($"kubectl events {where}") { Missing = Programs.Missing("kubectl") ?? TimedProgram.Missing, MostRuns = 3 };

    public static void Run(IReadOnlyList<int> sizes)
    {
        foreach (var size in sizes)
            Run(size, PageOfARealServer);
        Run(sizes[^1], TimeSpan.Zero);
    }

    private static void Run(int size, TimeSpan latency)
    {
        using var server = new ServerProcess("serve", size.ToString(CultureInfo.InvariantCulture), latency.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        var programs = Compared().Select(it => (it.Name, Run: TimedProgram.Median(it.Runs, server.Kubeconfig, it.Command))).ToList();
        var bare = programs[0].Run!;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n### {size:N0} events, {(latency > TimeSpan.Zero ? $"{latency.TotalMilliseconds} ms for 500 events" : "no delay")}\n"));
        Console.WriteLine("| program | wall s | to bare fetching | CPU s | to `kubectl events` | peak MB |\n|---|---:|---:|---:|---:|---:|");
        var kubectl = programs.First(it => it.Name.Contains("kubectl events", StringComparison.Ordinal)).Run;
        foreach (var (name, run) in programs)
        {
            Console.WriteLine(run is null
                ? $"| {name} | not here | | | | |"
                : string.Create(CultureInfo.InvariantCulture, $"| {name} | {run.Seconds:F2} | {run.Seconds / bare.Seconds:F2} | {run.Processor:F2} | {run.Processor / kubectl?.Processor:F2} | {run.Megabytes:F0} |"));
        }
    }

    // From bin/Release/net8.0 of the benchmarks.
    private static string FromHere(string path) => Path.GetFullPath(path, AppContext.BaseDirectory);

    private static IEnumerable<(string Name, int Runs, string Command)> Compared()
    {
        var lister = $"dotnet {Lister}";
        var clients = FromHere("../../../Clients");
        yield return ("bare fetching, page after page", 5, $"{lister} fetch");
        yield return ("**reading, unsorted**", 5, $"{lister} list");
        yield return ("**reading, sorted**", 5, $"{lister} list-sorted");
        yield return ("reading, unsorted, default settings of the runtime", 3, $"{WithDefaults} {Lister} list");
        yield return ("`kubectl events -A`", 1, "kubectl events -A");
        yield return ("`kubectl get events -A`", 1, "kubectl get events -A");
        yield return ("`kubectl get events -A -o json`", 1, "kubectl get events -A -o json");
        yield return ("@kubernetes/client-node", 1, $"node {clients}/list.mjs");
        yield return ("python3-kubernetes", 1, $"/usr/bin/python3 {clients}/list.py");
        yield return ("an empty PowerShell with the module", 3, $"pwsh -NoProfile -Command 'Import-Module {PowerShellRun.Module}'");
        yield return ("`Get-KubeEvent -AllNamespaces -Unsorted`", 3, CmdletCommand("-AllNamespaces"));
    }

    private static string CmdletCommand(string where) =>
        $"pwsh -NoProfile -Command 'Import-Module {PowerShellRun.Module}; Get-KubeEvent {where} -Unsorted | ForEach-Object {{ }}'";
}
