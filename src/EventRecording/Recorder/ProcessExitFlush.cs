namespace EventRecording;

/// <summary>Gives all broadcasters that nobody disposed two seconds together at the end of the process, and says in one line what was lost.</summary>
internal static class ProcessExitFlush
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly HashSet<EventBroadcaster> Open = [];

    static ProcessExitFlush() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Run();

    public static void Add(EventBroadcaster broadcaster)
    {
        lock (Open)
            Open.Add(broadcaster);
    }

    public static void Remove(EventBroadcaster broadcaster)
    {
        lock (Open)
            Open.Remove(broadcaster);
    }

    private static void Run()
    {
        EventBroadcaster[] pending;
        lock (Open)
            pending = [.. Open.Where(broadcaster => broadcaster.Statistics.Pending > 0)];
        if (pending.Length == 0)
            return;
        var before = Lost(pending);
        // What is given up at the deadline still goes into the spool.
        Task.WaitAll([.. pending.Select(broadcaster => broadcaster.CloseAsync(Deadline))], Deadline + Deadline);
        var lost = Lost(pending) - before + pending.Sum(broadcaster => broadcaster.Statistics.Pending);
        if (lost > 0)
            Console.Error.WriteLine($"EventRecording: {lost} events were not written before the process ended.");
    }

    private static long Lost(EventBroadcaster[] broadcasters) => broadcasters.Sum(broadcaster =>
    {
        var statistics = broadcaster.Statistics;
        return statistics.Failed + statistics.Unknown;
    });
}
