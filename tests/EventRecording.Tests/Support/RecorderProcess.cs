using System.Diagnostics;

namespace EventRecording.Tests.Support;

/// <summary>A process of its own that records: tests/EventRecording.RecorderProcess.</summary>
internal sealed class RecorderProcess : IDisposable
{
    private readonly Process _process;

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "EventRecording.RecorderProcess.dll");

    private RecorderProcess(params string[] arguments)
    {
        _process = Programs.Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true });
    }

    /// <summary>One that records together with others.</summary>
    public static RecorderProcess InRounds(Uri server, int series, int rounds) => new("rounds", server.AbsoluteUri, $"{series}", $"{rounds}");

    /// <summary>One that records with a spool until it is killed, with no chance to tidy up.</summary>
    public static RecorderProcess UntilKilled(Uri server, string spool, string run) => new("spool", server.AbsoluteUri, spool, run);

    /// <summary>One that keeps events in a file, numbered from <paramref name="first"/> on, until it is killed.</summary>
    public static RecorderProcess Exporting(string path, int first) => new("export", path, $"{first}");

    /// <summary>Waits until it has started, so that all begin together.</summary>
    public async Task ReadyAsync() => Assert.Equal("ready", await _process.StandardOutput.ReadLineAsync());

    /// <summary>Lets it record its rounds.</summary>
    /// <returns>Its exit code and its statistics.</returns>
    public async Task<(int ExitCode, string Statistics)> RecordAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        var statistics = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, statistics.Trim());
    }

    /// <summary>Lets it say so many lines and kills it.</summary>
    /// <returns>All whole lines that it said: the kind and the message.</returns>
    public async Task<List<(string Kind, string Message)>> KillAfterAsync(int lines)
    {
        var said = new List<(string, string)>();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ', 2);
            if (parts.Length == 2)
                said.Add((parts[0], parts[1]));
            if (said.Count == lines)
                _process.Kill();
        }

        await _process.WaitForExitAsync();
        return said;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
