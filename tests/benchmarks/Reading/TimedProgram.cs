using System.Diagnostics;
using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>What one run of a program came to, as <c>/usr/bin/time</c> measures it (package <c>time</c>).</summary>
/// <param name="Seconds">From start to end.</param>
/// <param name="Processor">Seconds of processor time, of the user and the system.</param>
/// <param name="Megabytes">Most memory at a time.</param>
internal sealed record TimedProgram(double Seconds, double Processor, double Megabytes)
{
    private const string Timer = "/usr/bin/time";

    /// <summary>Why nothing can be measured; <see langword="null"/> if it can.</summary>
    public static string? Missing => File.Exists(Timer) ? null : $"{Timer} is not on this machine";

    /// <summary>The run with the median of processor time; <see langword="null"/> where the program is not there or fails.</summary>
    public static TimedProgram? Median(int runs, string kubeconfig, string command)
    {
        var all = Enumerable.Range(0, runs).Select(_ => Run(kubeconfig, command)).OfType<TimedProgram>().OrderBy(run => run.Processor).ToList();
        return all.Count == 0 ? null : all[all.Count / 2];
    }

    private static TimedProgram? Run(string kubeconfig, string command)
    {
        var start = new ProcessStartInfo(Timer, ["-f", "%e %U %S %M", "sh", "-c", $"exec {command} > /dev/null"]) { RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine($"{command} failed: {errors}");
            return null;
        }

        var numbers = errors.TrimEnd().Split('\n')[^1].Split(' ').Select(it => double.Parse(it, CultureInfo.InvariantCulture)).ToArray();
        return new TimedProgram(numbers[0], numbers[1] + numbers[2], numbers[3] / 1024);
    }
}
