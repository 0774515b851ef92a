using System.Runtime.InteropServices;

namespace EventRecording.PowerShell;

/// <summary>What is done at the end of the process: all that was handed over is written until one deadline, and one line says what was not.</summary>
/// <remarks>SIGTERM and SIGHUP end a process without <see cref="AppDomain.ProcessExit"/> from .NET 10 on. A script that handles them and goes on registers after the import.</remarks>
internal static class ProcessEnd
{
    /// <summary>How long what is pending is written.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly object EndLock = new();

    // Held so that they are not collected.
    private static PosixSignalRegistration[] _signals = [];
    private static int _attached;

    public static void Attach()
    {
        // Before any broadcaster is made, so that this comes before what they do at the end of the process.
        if (Interlocked.Exchange(ref _attached, 1) != 0)
            return;
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Run();
        // That of a thread of its own: PowerShell catches those of scripts. No ProcessExit follows.
        AppDomain.CurrentDomain.UnhandledException += static (_, error) =>
        {
            if (error.IsTerminating)
                Run();
        };
        // A script that goes on may need its last seconds.
        if (!ClusterSession.OutlivesSignals)
            _signals = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal)];
    }

    private static void OnSignal(PosixSignalContext context)
    {
        // Somebody handled it already: the process goes on.
        if (!context.Cancel)
            Run();
    }

    // The runtimes that run ProcessExit after a signal come here twice: what was told is not told again.
    private static void Run()
    {
        lock (EndLock)
            CloseAll();
    }

    private static void CloseAll()
    {
        BackgroundWrites[] background = [.. ModuleState.AllBackground];
        // What is given up at the deadline still goes into the spool.
        Task.WaitAll([.. ModuleState.AllSessions.Select(sessions => sessions.EndAsync(Deadline))], Deadline + Deadline);
        Task.WaitAll([.. background.SelectMany(writes => writes.Pending())], Deadline);

        BackgroundReport[] reports = [.. background.Select(writes => writes.Report())];
        ErrorMessage[] errors = [.. reports.SelectMany(report => report.Errors)];
        var unsettled = background.SelectMany(writes => writes.Pending()).Count(write => !write.IsCompleted);
        if (errors.Length > 0 || unsettled > 0)
            Console.Error.WriteLine($"EventRecording: handed over but not recorded, and not yet told by Sync-KubeEvent: {reports.Sum(report => report.Failed) + unsettled}. {SafeText.Escape(errors.FirstOrDefault()?.Error.Message ?? "The process ended before the outcome was known.")}");
        foreach (var error in errors)
            error.Told!();
        // Their disk may hang.
        Task.Run(ModuleState.Sandboxes.RemoveFiles).Wait(Deadline);
    }
}
