using System.Diagnostics;
using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

/// <summary>A process that is told to end by a signal, as a pod and a unit of systemd are, or that ends by an unhandled exception: a real one.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixTheory("Windows has no signals.")]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task What_the_rate_limit_held_is_written(string signal, int exitCode)
    {
        await using var sandbox = KubernetesSandbox.Start();

        var (code, errors) = await EndAsync(sandbox.Address, "", signal);

        Assert.Equal((exitCode, ""), (code, errors));
        Assert.Equal(60, await CountAsync(sandbox.Address));
    }

    [UnixTheory("Windows has no signals.")]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task What_a_server_that_hangs_does_not_take_is_in_the_spool_and_written_by_the_next(string signal, int exitCode)
    {
        await using var sandbox = KubernetesSandbox.Start();
        sandbox.Faults.Always(Fault.Hang());
        var spool = _folder.File("spool");

        var (code, errors) = await EndAsync(sandbox.Address, spool, signal);

        Assert.Equal((exitCode, ""), (code, errors));
        sandbox.Faults.Clear();
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = sandbox.Address, UserName = "recorder" });
        await using var next = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { Spool = ClusterSpool.For(connection, spool) });
        Assert.True((await next.FlushAsync()).IsComplete);
        Assert.Equal(60, await CountAsync(sandbox.Address));
    }

    [UnixTheory("Windows has no signals.")]
    [InlineData("TERM", 143)]
    public async Task Without_a_spool_the_observer_hears_how_many_were_not(string signal, int exitCode)
    {
        await using var sandbox = KubernetesSandbox.Start();
        sandbox.Faults.Always(Fault.Hang());

        var (code, errors) = await EndAsync(sandbox.Address, "", signal);

        Assert.Equal((exitCode, "60 lost"), (code, errors));
    }

    [Fact]
    public async Task An_unhandled_exception_writes_what_is_pending_first()
    {
        await using var sandbox = KubernetesSandbox.Start();

        var errors = await CrashAsync(sandbox.Address, "");

        Assert.DoesNotContain(errors, line => line.EndsWith(" lost", StringComparison.Ordinal));
        Assert.Equal(60, await CountAsync(sandbox.Address));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_server_that_hangs_does_not_take_at_an_unhandled_exception_is_in_the_spool_or_the_observer_hears_how_many_it_were(bool hasSpool)
    {
        await using var sandbox = KubernetesSandbox.Start();
        sandbox.Faults.Always(Fault.Hang());
        var spool = _folder.File("spool");

        var errors = await CrashAsync(sandbox.Address, hasSpool ? spool : "");

        Assert.Equal(hasSpool ? [] : ["60 lost"], errors.Where(line => line.EndsWith(" lost", StringComparison.Ordinal)));
        Assert.Equal(hasSpool ? 60 : 0, Directory.Exists(spool) ? Directory.GetFiles(spool).Length : 0);
    }

    [UnixTheory("Windows has no signals.")]
    [InlineData("flush", 0)]
    [InlineData("leave", 60)]
    public async Task Signals_are_left_to_the_program_where_it_says_so(string signals, int pending)
    {
        await using var sandbox = KubernetesSandbox.Start();
        sandbox.Faults.Always(Fault.Hang());

        using var process = await StartAsync(sandbox.Address, _folder.File("spool"), signals);
        await Programs.RunAsync("kill", ["-TERM", $"{process.Id}"]);
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        // What was pending when the program's own handlers were called: one before that of the recorder, one after it.
        Assert.Equal(["60", $"{pending}"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).OrderDescending(StringComparer.Ordinal));
    }

    private static async Task<Process> StartAsync(Uri server, string spool, string signals)
    {
        var start = new ProcessStartInfo("dotnet", [RecorderProcess.Program, "signal", server.AbsoluteUri, spool, signals])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Programs.Start(start);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        return process;
    }

    private static async Task<(int Code, string Errors)> EndAsync(Uri server, string spool, string signal)
    {
        using var process = await StartAsync(server, spool, "flush");
        var errors = process.StandardError.ReadToEndAsync();
        await Programs.RunAsync("kill", [$"-{signal}", $"{process.Id}"]);
        await process.WaitForExitAsync();
        return (process.ExitCode, (await errors).Trim());
    }

    private static async Task<string[]> CrashAsync(Uri server, string spool)
    {
        using var process = await StartAsync(server, spool, "throw");
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains("a fault of the program", errors, StringComparison.Ordinal);
        Assert.NotEqual(0, process.ExitCode);
        return errors.Split('\n', StringSplitOptions.TrimEntries);
    }

    private static async Task<int> CountAsync(Uri server)
    {
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = server });
        var events = await new EventReader(new ClusterEventSource(connection)).ListSortedAsync(new EventQuery { Namespaces = ["default"] });
        return events.Sum(kubeEvent => kubeEvent.Count);
    }
}
