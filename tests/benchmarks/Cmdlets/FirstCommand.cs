using System.Diagnostics;
using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>A command as the first one of a fresh <c>pwsh</c>, and what kubectl does instead.</summary>
internal sealed class FirstCommand(string text, params string[] kubectl)
{
    private readonly string _name = $"The first `{text[..text.IndexOf(' ', StringComparison.Ordinal)]}`";
    // Each: milliseconds of the import, of the first and of the second time.
    private readonly List<double[]> _runs = [];
    private readonly List<double> _kubectl = [];

    public async Task RunAsync(string kubeconfig, bool isCounted)
    {
        var ours = PowerShellRun.Missing is null ? await PowerShellRun.OfAsync("First.ps1", kubeconfig, text, "2") : null;
        var theirs = Programs.Missing("kubectl") is null ? await KubectlAsync(kubeconfig) : default(double?);
        if (!isCounted)
            return;
        if (ours is not null)
            _runs.Add(ours);
        if (theirs is { } milliseconds)
            _kubectl.Add(milliseconds);
    }

    public void Print(string kubeconfig)
    {
        var methods = new Goal($"{_name}: methods that the runtime compiles", 1100);
        var time = new Goal($"{_name}: ms after the import", 130);
        if (PowerShellRun.Missing is { } missing)
        {
            Console.WriteLine(methods.Row(null, missing));
            Console.WriteLine(time.Row(null, missing));
            return;
        }

        Console.WriteLine(methods.Row(Goal.Median(Enumerable.Range(0, 3).Select(_ => (double)PowerShellRun.Methods(kubeconfig, text)))));
        Console.WriteLine(time.Row(Of(1), string.Create(CultureInfo.InvariantCulture, $"{Of(2):F0} the second time, {Of(0):F0} the import; `kubectl {kubectl[0]}` {(_kubectl.Count > 0 ? $"{Goal.Median(_kubectl):F0}" : "is not here")}")));
    }

    private double Of(int figure) => Goal.Median(_runs.Select(run => run[figure]));

    // Milliseconds of the whole process.
    private async Task<double> KubectlAsync(string kubeconfig)
    {
        var start = new ProcessStartInfo("kubectl", kubectl);
        start.Environment["KUBECONFIG"] = kubeconfig;
        var clock = Stopwatch.StartNew();
        await Programs.ReadAsync(start);
        return clock.Elapsed.TotalMilliseconds;
    }
}
