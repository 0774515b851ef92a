using System.Diagnostics;
using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>An <see cref="EventServer"/> that runs.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    public ServerProcess(int events, TimeSpan latency)
    {
        string[] arguments = [Environment.GetCommandLineArgs()[0], "serve", events.ToString(CultureInfo.InvariantCulture), latency.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Address = _process.StandardOutput.ReadLine()!;
        var lines = new List<string>();
        while (_process.StandardOutput.ReadLine() is { Length: > 0 } line)
            lines.Add(line);
        File.WriteAllLines(Kubeconfig, lines);
    }

    public string Address { get; }

    public string Kubeconfig { get; } = Path.GetTempFileName();

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(Kubeconfig);
    }
}
