using System.Diagnostics;
using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>Programs that a goal is measured with, where the machine has them.</summary>
internal static class Programs
{
    /// <summary>Why a program cannot be used; <see langword="null"/> if it can.</summary>
    public static string? Missing(string program)
    {
        var names = OperatingSystem.IsWindows() ? new[] { program + ".exe", program + ".cmd" } : [program];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Any(folder => names.Any(name => File.Exists(Path.Combine(folder, name)))) ? null : $"{program} is not on PATH";
    }

    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    public static string Read(ProcessStartInfo start) => ReadAsync(start).GetAwaiter().GetResult();

    /// <inheritdoc cref="Read"/>
    public static async Task<string> ReadAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{start.FileName} failed: {output}{await errors}");
    }

    /// <summary>The numbers of a line that a program prints.</summary>
    public static double[] Numbers(string line) => [.. line.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(it => double.Parse(it, CultureInfo.InvariantCulture))];
}
