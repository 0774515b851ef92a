using System.Diagnostics;
using EventRecording.Cluster;

namespace EventRecording.Benchmarks;

/// <summary>One of the scripts here in a fresh <c>pwsh</c>, with the module as the build lays it out.</summary>
internal static class PowerShellRun
{
    // Seen from bin/Release/net8.0 of the benchmarks.
    private static readonly string Scripts = Path.GetFullPath("../../../Cmdlets", AppContext.BaseDirectory);

    /// <summary>The folder to import.</summary>
    public static string Module { get; } = Path.GetFullPath("../../../../../out/EventRecording", AppContext.BaseDirectory);

    /// <summary>Why none can run; <see langword="null"/> if they can.</summary>
    public static string? Missing => Programs.Missing("pwsh") ?? (Directory.Exists(Module) ? null : "the module is not built");

    /// <summary>The numbers that a script prints.</summary>
    public static async Task<double[]> OfAsync(string script, string kubeconfig, params string[] arguments) =>
        Programs.Numbers(await Programs.ReadAsync(Start(kubeconfig, ["-File", Path.Combine(Scripts, script), Module, .. arguments])));

    /// <summary>How many methods the runtime compiles from the start of <c>pwsh</c> to the end of a command.</summary>
    public static int Methods(string kubeconfig, string command)
    {
        var list = Path.GetTempFileName();
        var start = Start(kubeconfig, ["-Command", $"$ErrorActionPreference = 'Stop'; Import-Module '{Module}'; $null = {command}"]);
        start.Environment["DOTNET_JitStdOutFile"] = list;
        start.Environment["DOTNET_JitDisasmSummary"] = "1";
        try
        {
            Programs.Read(start);
        }
        catch (InvalidOperationException)
        {
            // At its end the runtime may still write into the list that it has closed, one time in a hundred. It adds to a list that is there.
            File.Delete(list);
            Programs.Read(start);
        }

        var count = File.ReadLines(list).Count();
        File.Delete(list);
        return count;
    }

    private static ProcessStartInfo Start(string kubeconfig, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("pwsh", ["-NoProfile", "-NonInteractive", .. arguments]);
        var cluster = KubeConfigLoader.Load(kubeconfig);
        start.Environment["KUBECONFIG"] = kubeconfig;
        // For a plain HttpClient in a script.
        start.Environment["GOALS_SERVER"] = cluster.Server.ToString();
        start.Environment["GOALS_CA"] = Convert.ToBase64String(WriteClients.Authority(cluster).RawData);
        start.Environment["GOALS_TOKEN"] = cluster.Token;
        return start;
    }
}
