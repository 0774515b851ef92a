using System.Diagnostics;

namespace EventRecording.Tests.Support;

/// <summary>A process that records with a spool until it is killed, with no chance to tidy up.</summary>
internal sealed class Victim : IDisposable
{
    private readonly Process _process;

    public Victim(Uri server, string spool, string run)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "EventRecording.Victim.dll");
        var start = new ProcessStartInfo("dotnet", [program, server.AbsoluteUri, spool, run]) { RedirectStandardOutput = true };
        _process = Process.Start(start)!;
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
