using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace EventRecording.Benchmarks;

/// <summary>A server that runs as a program of its own: an <see cref="EventServer"/> or a <see cref="WriteServer"/>.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int Unlimited = 1_000_000;

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

    /// <summary>A <see cref="WriteServer"/>.</summary>
    public static ServerProcess ForWrites(int milliseconds, ServerKind kind = ServerKind.Usual, int most = Unlimited) => new("serve-writes", $"{milliseconds}", $"{most}", $"{kind}");

    /// <summary>A server behind TLS and HTTP/2 that takes all writes at once, where none is given.</summary>
    /// <param name="kubeconfig">That of the server that is given; afterwards of the one that is there.</param>
    public static ServerProcess? UnlessGiven([NotNull] ref string? kubeconfig)
    {
        if (kubeconfig is not null)
            return null;
        var server = ForWrites(0);
        kubeconfig = server.Kubeconfig;
        return server;
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
