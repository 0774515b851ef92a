namespace EventRecording;

/// <summary>Gives all broadcasters that nobody disposed two seconds together at the end of the process, and tells the observers of each what was lost.</summary>
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
        (EventBroadcaster Broadcaster, long LostBefore)[] pending;
        lock (Open)
            pending = [.. Open.Where(broadcaster => broadcaster.Statistics.Pending > 0).Select(broadcaster => (broadcaster, Lost(broadcaster.Statistics)))];
        // What is given up at the deadline still goes into the spool.
        Task.WaitAll([.. pending.Select(it => it.Broadcaster.CloseAsync(Deadline))], Deadline + Deadline);
        foreach (var (broadcaster, lostBefore) in pending)
        {
            var after = broadcaster.Statistics;
            if (Lost(after) + after.Pending - lostBefore is > 0 and var lost)
                broadcaster.TellLost(lost);
        }
    }

    private static long Lost(EventStatistics statistics) => statistics.Failed + statistics.Unknown;
}
