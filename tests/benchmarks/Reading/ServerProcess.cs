using System.Diagnostics;

namespace EventRecording.Benchmarks;

/// <summary>A server that runs as a program of its own: an <see cref="EventServer"/> or a <see cref="WriteServer"/>.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    public ServerProcess(params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments.Prepend(Environment.GetCommandLineArgs()[0])) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
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
