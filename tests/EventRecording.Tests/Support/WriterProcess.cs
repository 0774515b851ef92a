using System.Diagnostics;
using System.Globalization;

namespace EventRecording.Tests.Support;

/// <summary>A process of its own that records, together with others.</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly Process _process;

    public WriterProcess(Uri server, int series, int rounds)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "EventRecording.Writer.dll");
        string[] arguments = [program, server.AbsoluteUri, series.ToString(CultureInfo.InvariantCulture), rounds.ToString(CultureInfo.InvariantCulture)];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Waits until it has started, so that all begin together.</summary>
    public async Task ReadyAsync() => Assert.Equal("ready", await _process.StandardOutput.ReadLineAsync());

    /// <summary>Lets it record.</summary>
    /// <returns>Its exit code and its statistics.</returns>
    public async Task<(int ExitCode, string Statistics)> RecordAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        var statistics = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, statistics.Trim());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
