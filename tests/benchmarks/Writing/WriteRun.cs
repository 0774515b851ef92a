using System.Diagnostics;
using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>What a run of one of <see cref="WriteClients"/> came to, by its own counters.</summary>
/// <param name="Microseconds">Processor time of an event.</param>
/// <param name="PerSecond">Events.</param>
/// <param name="BytesEach">Allocated for an event.</param>
/// <param name="RequestsEach">Sent for an event.</param>
internal sealed record WriteRun(double Microseconds, double PerSecond, double BytesEach, double RequestsEach)
{
    /// <summary>Runs a client as a process of its own.</summary>
    /// <param name="atATime">How many requests at a time; 0 for the settings that a recorder has by default.</param>
    public static WriteRun Of(string client, int count, string kubeconfig, int atATime = 0)
    {
        string[] arguments = [Environment.GetCommandLineArgs()[0], "write", client, $"{count}", kubeconfig, $"{atATime}"];
        return Parse(Programs.Read(new ProcessStartInfo("dotnet", arguments)));
    }

    /// <summary>Reads what a client prints: this as text.</summary>
    public static WriteRun Parse(string line)
    {
        var numbers = Programs.Numbers(line);
        return new WriteRun(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Microseconds:F1} {PerSecond:F0} {BytesEach:F0} {RequestsEach:F3}");
}
