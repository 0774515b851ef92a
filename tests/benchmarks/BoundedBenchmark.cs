using System.Diagnostics;
using System.Globalization;
using EventRecording.Cluster;
using EventRecording.Sandbox;

namespace EventRecording.Benchmarks;

/// <summary>Far more occurrences than fit while the server hangs, and then the same ones once it answers.</summary>
internal sealed class BoundedBenchmark(int series, int each)
{
    private const string Namespace = "bench";

    /// <summary>Runs it and prints what it came to.</summary>
    public async Task RunAsync()
    {
        using var sandbox = KubernetesSandbox.Start(new SandboxOptions { RequestLogLimit = 0, HistoryLimit = 1 });
        sandbox.CreateNamespace(Namespace);
        sandbox.Faults.Always(Fault.Hang());
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = sandbox.Address });
        var options = new EventBroadcasterOptions { WriteDeadline = TimeSpan.FromMinutes(10), Combining = null, RateLimit = null };
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), options);
        var recorder = broadcaster.NewRecorder("redis-operator");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var waiting = new Queue<(int Series, int Count)>();
        for (var i = 0; i < series; i++)
        {
            var refused = 0;
            for (var j = 0; j < each; j++)
                refused += Record(recorder, i) ? 0 : 1;
            if (refused > 0)
                waiting.Enqueue((i, refused));
        }

        var hanging = broadcaster.Statistics;
        Print($"while it hangs: {hanging.Recorded:N0} accepted, {hanging.Rejected:N0} told false, the recorder holds {Megabytes(GC.GetTotalMemory(forceFullCollection: true) - before)}, peak of the process {Megabytes(Process.GetCurrentProcess().PeakWorkingSet64)}");

        sandbox.Faults.Clear();
        var clock = Stopwatch.StartNew();
        foreach (var (number, count) in waiting)
        {
            for (var i = 0; i < count; i++)
            {
                // Waits where there is no room, as a caller may.
                if (!Record(recorder, number))
                    await recorder.RecordAsync(new Occurrence { Regarding = Redis(number), Reason = "ScaledUp", Message = "replicas set to 3" });
            }
        }

        await broadcaster.FlushAsync();
        Print($"{clock.Elapsed.TotalSeconds:N0} s after it answers again: {broadcaster.Statistics}");
        Print($"on the server: {await SumAsync(connection):N0} of {(long)series * each:N0}; peak of the process, server included, {Megabytes(Process.GetCurrentProcess().PeakWorkingSet64)}");
    }

    private static bool Record(EventRecorder recorder, int number) => recorder.Event(Redis(number), EventType.Normal, "ScaledUp", "replicas set to 3");

    private static ObjectReference Redis(int number) =>
        new() { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = Namespace, Name = $"redis-{number}", Uid = $"b2c3d4e5-0000-4000-8000-{number:x12}" };

    private static async Task<long> SumAsync(ClusterConnection connection)
    {
        var sum = 0L;
        await foreach (var one in new EventReader(new ClusterEventSource(connection)).ListAsync(new EventQuery { Namespaces = [Namespace] }))
            sum += one.Count;
        return sum;
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):N0} MB");

    private static void Print(FormattableString line) => Console.WriteLine("  " + FormattableString.Invariant(line));
}
