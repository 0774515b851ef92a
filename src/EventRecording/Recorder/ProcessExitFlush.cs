using System.Runtime.InteropServices;

namespace EventRecording;

/// <summary>Gives all broadcasters that nobody disposed two seconds together at the end of the process, by an unhandled exception too, and tells the observers of each what was lost.</summary>
/// <remarks>
/// SIGTERM and SIGHUP end a process without <see cref="AppDomain.ProcessExit"/> from .NET 10 on. A program may handle them itself and go on: so they close nothing,
/// and what the program or the runtime does with them comes afterwards.
/// </remarks>
internal static class ProcessExitFlush
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    // What is given up at the deadline still goes into the spool, also on a busy machine.
    private static readonly TimeSpan ForTheDisk = TimeSpan.FromSeconds(2);

    // A process that lives on for longer has not ended by the signal: its end has a deadline of its own.
    private static readonly TimeSpan OneEnd = TimeSpan.FromSeconds(10);

    private static readonly HashSet<EventBroadcaster> Open = [];
    private static readonly object EndLock = new();

    // The runtimes that run ProcessExit after a signal come here twice: what was still pending then was told then.
    private static readonly Dictionary<EventBroadcaster, long> ToldWhilePending = [];
    private static long? _begunAt;

    // Held so that they are not collected.
    private static readonly IDisposable[] Signals = [.. Register(PosixSignal.SIGTERM), .. Register(PosixSignal.SIGHUP)];

    static ProcessExitFlush()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => CloseAll();
        // No ProcessExit follows.
        AppDomain.CurrentDomain.UnhandledException += static (_, error) =>
        {
            if (error.IsTerminating)
                CloseAll();
        };
    }

    public static void Add(EventBroadcaster broadcaster)
    {
        lock (Open)
            Open.Add(broadcaster);
        GC.KeepAlive(Signals);
    }

    public static void Remove(EventBroadcaster broadcaster)
    {
        lock (Open)
            Open.Remove(broadcaster);
    }

    private static IEnumerable<IDisposable> Register(PosixSignal signal)
    {
        try
        {
            return [PosixSignalRegistration.Create(signal, OnSignal)];
        }
        catch (Exception error) when (error is PlatformNotSupportedException or IOException)
        {
            return [];
        }
    }

    private static void OnSignal(PosixSignalContext context)
    {
        // Somebody handled it already: the process goes on.
        if (!context.Cancel)
            Run(static broadcaster => broadcaster.Options.FlushOnSignals, static (broadcaster, left) => broadcaster.FlushOrKeepAsync(left, ForTheDisk));
    }

    private static void CloseAll() => Run(static _ => true, static (broadcaster, left) => broadcaster.CloseAsync(left));

    private static void Run(Func<EventBroadcaster, bool> isToEnd, Func<EventBroadcaster, TimeSpan, Task> end)
    {
        lock (EndLock)
        {
            EventBroadcaster[] pending;
            lock (Open)
                pending = [.. Open.Where(broadcaster => broadcaster.Statistics.Pending > 0 && isToEnd(broadcaster))];
            if (pending.Length == 0)
                return;
            long[] lostBefore = [.. pending.Select(broadcaster => Lost(broadcaster.Statistics))];
            var left = Left();
            Wait([.. pending.Select(broadcaster => end(broadcaster, left))], left + ForTheDisk);
            for (var i = 0; i < pending.Length; i++)
                Tell(pending[i], lostBefore[i]);
        }
    }

    private static void Wait(Task[] ends, TimeSpan most)
    {
        try
        {
            Task.WaitAll(ends, most);
        }
        catch (AggregateException)
        {
            // What a broadcaster's end threw is no reason to lose the process's exit code; what was lost is told below.
        }
    }

    private static TimeSpan Left()
    {
        if (_begunAt is not { } begun || TimeProvider.System.GetElapsedTime(begun) > OneEnd)
        {
            _begunAt = begun = TimeProvider.System.GetTimestamp();
            ToldWhilePending.Clear();
        }

        var left = Deadline - TimeProvider.System.GetElapsedTime(begun);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static void Tell(EventBroadcaster broadcaster, long lostBefore)
    {
        var after = broadcaster.Statistics;
        var lost = Lost(after) + after.Pending - lostBefore - ToldWhilePending.GetValueOrDefault(broadcaster);
        ToldWhilePending[broadcaster] = after.Pending;
        broadcaster.TellLostAsync(lost).Wait();
    }

    private static long Lost(EventStatistics statistics) => statistics.Failed + statistics.Unknown;
}
