using System.Diagnostics;
using System.Globalization;
using EventRecording.Cluster;
using EventRecording.Sandbox;

namespace EventRecording.Benchmarks;

/// <summary>A watch over a socket while events are written at a steady rate: the time from each write to its object, and what stays in memory.</summary>
internal sealed class WatchBenchmark(int perSecond, TimeSpan duration)
{
    private const int Names = 2_000;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(5);

    private readonly long[] _written = new long[(int)(perSecond * duration.TotalSeconds)];
    private readonly double[] _latencies = new double[(int)(perSecond * duration.TotalSeconds)];
    private readonly List<double> _heap = [];

    public async Task<string> RunAsync()
    {
        await using var sandbox = KubernetesSandbox.Start(new SandboxOptions { RequestLogLimit = 0, EventTimeToLive = null, HistoryLimit = 5_000 });
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = sandbox.Address });
        using var end = new CancellationTokenSource();
        var watching = WatchAsync(connection, end.Token);
        while (sandbox.Count("watch", "events") == 0)
            await Task.Delay(Beat, TimeProvider.System);

        var clock = Stopwatch.StartNew();
        await WriteAsync(sandbox, clock);
        var rate = _written.Length / clock.Elapsed.TotalSeconds;
        await watching;
        return Report(rate);
    }

    // As many as are due at each beat, so that a pause is made up for.
    private async Task WriteAsync(KubernetesSandbox sandbox, Stopwatch clock)
    {
        using var timer = new PeriodicTimer(Beat);
        var number = 0;
        while (number < _written.Length)
        {
            await timer.WaitForNextTickAsync();
            for (var due = Math.Min(_written.Length, clock.Elapsed.TotalSeconds * perSecond); number < due; number++)
            {
                var json = Event(number);
                _written[number] = Stopwatch.GetTimestamp();
                sandbox.Put(json);
            }
        }
    }

    private async Task WatchAsync(ClusterConnection connection, CancellationToken cancellationToken)
    {
        var watcher = new EventWatcher(new ClusterEventSource(connection));
        var seen = 0;
        await foreach (var watched in watcher.WatchAsync(new EventQuery { First = _written.Length }, new EventWatchOptions { NewOnly = true }, cancellationToken))
        {
            var number = watched.Event.CoreCount!.Value - 1;
            _latencies[number] = Stopwatch.GetElapsedTime(_written[number]).TotalMilliseconds;
            if (++seen % (_written.Length / 4) == 0)
                _heap.Add(GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes / 1048576.0);
        }
    }

    private string Report(double rate)
    {
        // The first second warms up.
        var sorted = _latencies.Skip(perSecond).Order().ToArray();
        var heap = string.Join(", ", _heap.Select(it => it.ToString("F1", CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_written.Length:N0} events at {rate:N0}/s: p50 {At(0.5):F2} ms, p99 {At(0.99):F2} ms, p99.9 {At(0.999):F2} ms, longest {sorted[^1]:F1} ms; heap of server and watch together in each quarter, after the latest collection: {heap} MB");

        double At(double part) => sorted[(int)(part * (sorted.Length - 1))];
    }

    private static string Event(int number) => string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "apiVersion": "v1", "kind": "Event", "metadata": { "name": "my-op-redis-{{number % Names:D4}}.1", "namespace": "default" },
          "involvedObject": { "apiVersion": "cache.example.com/v1", "kind": "Redis", "namespace": "default", "name": "my-op-redis-{{number % Names:D4}}" },
          "type": "Normal", "reason": "ScaledUp", "message": "replicas set to {{number % 7}}", "source": { "component": "redis-operator" },
          "count": {{number + 1}}, "firstTimestamp": "2026-11-20T12:00:00Z", "lastTimestamp": "2026-11-20T12:00:30Z"
        }
        """);
}
