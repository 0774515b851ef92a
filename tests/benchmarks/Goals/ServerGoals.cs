using System.Diagnostics;
using System.Globalization;
using EventRecording.Cluster;

namespace EventRecording.Benchmarks;

/// <summary>How near the recorder comes to what a real server takes, and to client-go. Each run is a process of its own; they take turns.</summary>
internal static class ServerGoals
{
    private const int Count = 10_000;
    private const int Rounds = 5;

    /// <param name="kubeconfig">The server; a sandbox says nothing here.</param>
    public static async Task PrintAsync(string? kubeconfig)
    {
        var toLimit = new Goal($"{Count:N0} events: rate to the limit of the server (wrk, 32 connections)", 0.85, IsAtMost: false);
        var toGo = new Goal($"{Count:N0} events: rate to client-go's events", 1.15, IsAtMost: false);
        if (kubeconfig is null)
        {
            Console.WriteLine(toLimit.Row(null, "no kubeconfig of a real server was given"));
            Console.WriteLine(toGo.Row(null, "no kubeconfig of a real server was given"));
            return;
        }

        var cluster = KubeConfigLoader.Load(kubeconfig);
        var noWrk = Programs.Missing("wrk") ?? (cluster.Token is null ? "wrk needs a token, and the kubeconfig has none" : null);
        using var go = new GoClient();
        var noGo = await go.BuildAsync();
        using var compiled = new AheadOfTimeWriter();
        var notCompiled = await compiled.BuildAsync();
        List<double> limit = [];
        List<WriteRun> ours = [], ahead = [], theirs = [];
        for (var round = 0; round < Rounds; round++)
        {
            if (noWrk is null)
                limit.Add(await LimitAsync(cluster));
            ours.Add(WriteRun.Of("recorder", Count, kubeconfig));
            if (notCompiled is null)
                ahead.Add(await compiled.RunAsync(Count, kubeconfig));
            if (noGo is null)
                theirs.Add(await go.RunAsync("events", Count, kubeconfig));
        }

        Console.WriteLine(noWrk is null
            ? toLimit.Row(Goal.Median(ours.Zip(limit, (run, most) => run.PerSecond / most)), string.Create(CultureInfo.InvariantCulture, $"{Rate(ours):N0} a second to {Goal.Median(limit):N0}"))
            : toLimit.Row(null, noWrk));
        if (noGo is not null)
        {
            Console.WriteLine(toGo.Row(null, noGo));
            return;
        }

        var record = await go.RunAsync("record", Count / 4, kubeconfig);
        Console.WriteLine(toGo.Row(
            Ratio(ours, theirs),
            string.Create(CultureInfo.InvariantCulture, $"{Rate(ours):N0} a second to {Rate(theirs):N0}, processor time of an event {Cost(ours):F0} µs to {Cost(theirs):F0}; client-go's record {record.PerSecond:N0} a second, {record.Microseconds:F0} µs")
            + "; compiled ahead of time: " + (notCompiled ?? string.Create(CultureInfo.InvariantCulture, $"{Ratio(ahead, theirs):F2}, {Rate(ahead):N0} a second, {Cost(ahead):F0} µs"))));

        static double Rate(List<WriteRun> runs) => Goal.Median(runs.Select(run => run.PerSecond));
        static double Ratio(List<WriteRun> runs, List<WriteRun> others) => Goal.Median(runs.Zip(others, (run, other) => run.PerSecond / other.PerSecond));
        static double Cost(List<WriteRun> runs) => Goal.Median(runs.Select(run => run.Microseconds));
    }

    /// <summary>What the server takes a second of 32 connections that do nothing else.</summary>
    private static async Task<double> LimitAsync(ClusterConfiguration cluster)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", "-c32", "-d5s", "-s", Path.GetFullPath("../../../Clients/write.lua", AppContext.BaseDirectory), cluster.Server.ToString().TrimEnd('/')]);
        start.Environment["GOALS_TOKEN"] = cluster.Token;
        var lines = (await Programs.ReadAsync(start)).Split('\n');
        return Programs.Numbers(lines.Single(line => line.StartsWith("RATE ", StringComparison.Ordinal))["RATE ".Length..])[0];
    }
}
