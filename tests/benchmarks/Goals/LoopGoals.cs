using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>What a script pays that calls <c>Write-KubeEvent</c> for one object after the other.</summary>
internal static class LoopGoals
{
    private const string Calls = "1000";

    /// <param name="kubeconfig">A server to measure against; by default a sandbox behind TLS and HTTP/2.</param>
    public static async Task PrintAsync(string? kubeconfig)
    {
        using var server = ServerProcess.UnlessGiven(ref kubeconfig);
        await PrintAsync("`Write-KubeEvent` in a loop: ms of a call over a POST", kubeconfig, processes: 1, rounds: 5);
        await PrintAsync("The same, three processes at once", kubeconfig, processes: 3, rounds: 3);
    }

    private static async Task PrintAsync(string what, string kubeconfig, int processes, int rounds)
    {
        var goal = new Goal(what, 1);
        if (PowerShellRun.Missing is { } missing)
        {
            Console.WriteLine(goal.Row(null, missing));
            return;
        }

        var runs = new List<double[]>();
        for (var round = 0; round < rounds; round++)
            runs.AddRange(await Task.WhenAll(Enumerable.Range(0, processes).Select(_ => PowerShellRun.OfAsync("Loop.ps1", kubeconfig, Calls))));
        Console.WriteLine(goal.Row(
            Goal.Median(runs.Select(run => run[2] - run[3])),
            string.Create(CultureInfo.InvariantCulture, $"{Of(2):F2} ms to {Of(3):F2} in turns; by itself {Of(0):F0} calls a second{(processes > 1 ? " in each" : "")}, {Of(1):N0} bytes allocated for each")));

        double Of(int figure) => Goal.Median(runs.Select(run => run[figure]));
    }
}
