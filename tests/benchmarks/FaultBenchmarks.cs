using System.Diagnostics;
using System.Globalization;
using EventRecording.Cluster;
using EventRecording.Sandbox;

namespace EventRecording.Benchmarks;

/// <summary>Five days of a server, from good to bad, and three ways to record on it: ours, and two that are in use elsewhere.</summary>
/// <remarks>Each pair runs in a process of its own, so that its peak memory is its own; the sandbox runs inside it and costs each the same.</remarks>
internal static class FaultBenchmarks
{
    private const string Namespace = "bench";
    private const int Objects = 500;
    private const int Rounds = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string[] Days = ["no fault", "5 % of answers 429", "5 % resets", "50 ms latency", "a restart every second"];
    private static readonly string[] Ways = ["EventRecording", "GET, then POST or PUT", "one writer, pause of 10 s"];

    /// <summary>Runs every pair and prints the rows of a Markdown table.</summary>
    public static async Task PrintAsync()
    {
        Console.WriteLine($"{Objects} objects, {Rounds} occurrences each, at most {Limit.TotalSeconds:N0} s:\n");
        Console.WriteLine("| server | recorder | occurrences/s | calls each | lost | doubled | peak memory |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        for (var day = 0; day < Days.Length; day++)
        {
            for (var way = 0; way < Ways.Length; way++)
                Console.WriteLine(await RunInProcessAsync(day, way));
        }
    }

    /// <summary>Runs one pair in this process and prints its row.</summary>
    public static async Task RunAsync(int day, int way)
    {
        using var sandbox = KubernetesSandbox.Start(new SandboxOptions { RequestLogLimit = 0 });
        sandbox.CreateNamespace(Namespace);
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = sandbox.Address });
        using var stop = new CancellationTokenSource();
        var weather = MakeWeatherAsync(sandbox, day, stop.Token);

        var clock = Stopwatch.StartNew();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await (way switch
            {
                0 => RecordAsync(connection, limit.Token),
                1 => GetThenPutAsync(connection, limit.Token),
                _ => OneWriter.RunAsync(connection, Occurrences(), limit.Token),
            });
        }
        catch (OperationCanceledException)
        {
            // What is not written by now counts as lost.
        }

        clock.Stop();

        await stop.CancelAsync();
        await weather;
        sandbox.Faults.Clear();
        sandbox.AcceptConnections();
        await PrintRowAsync(sandbox, connection, day, way, clock.Elapsed);
    }

    /// <summary>The object and the message of each occurrence, round by round.</summary>
    public static IEnumerable<ObjectReference> Occurrences() =>
        Enumerable.Range(0, Objects * Rounds).Select(number => Redis(number % Objects));

    public static string NameOf(ObjectReference redis) => $"{redis.Name}.scaledup";

    private static async Task PrintRowAsync(KubernetesSandbox sandbox, ClusterConnection connection, int day, int way, TimeSpan elapsed)
    {
        var calls = sandbox.Count(resource: "events");
        long lost = 0, doubled = 0, written = 0;
        var counts = new Dictionary<string, long>();
        await foreach (var one in new EventReader(new ClusterEventSource(connection)).ListAsync(new EventQuery { Namespaces = [Namespace] }))
            counts[one.InvolvedObject.Name!] = counts.GetValueOrDefault(one.InvolvedObject.Name!) + one.Count;
        for (var number = 0; number < Objects; number++)
        {
            var count = counts.GetValueOrDefault(Redis(number).Name!);
            written += count;
            lost += Math.Max(0, Rounds - count);
            doubled += Math.Max(0, count - Rounds);
        }

        var memory = Process.GetCurrentProcess().PeakWorkingSet64 / (1024 * 1024);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {Days[day]} | {Ways[way]} | {written / elapsed.TotalSeconds:N0} | {(double)calls / (Objects * Rounds):F2} | {lost} | {doubled} | {memory} MB |"));
    }

    private static async Task MakeWeatherAsync(KubernetesSandbox sandbox, int day, CancellationToken cancellationToken)
    {
        _ = day switch
        {
            1 => sandbox.Faults.Sometimes(0.05, 1, Fault.TooManyRequests(TimeSpan.FromSeconds(1))),
            2 => sandbox.Faults.Sometimes(0.025, 1, Fault.Reset()).Sometimes(0.025, 2, Fault.LoseAnswerByReset()),
            3 => sandbox.Faults.Always(Fault.Delay(TimeSpan.FromMilliseconds(50))),
            _ => sandbox.Faults,
        };
        if (day != 4)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                sandbox.RefuseConnections();
                sandbox.Restart();
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
                sandbox.AcceptConnections();
            }
        }
        catch (OperationCanceledException)
        {
            // The day is over.
        }
    }

    private static async Task RecordAsync(ClusterConnection connection, CancellationToken cancellationToken)
    {
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { DisposeDeadline = TimeSpan.Zero });
        var recorder = broadcaster.NewRecorder("redis-operator");
        foreach (var redis in Occurrences())
        {
            while (!recorder.Event(redis, EventType.Normal, "ScaledUp", "replicas set to 3"))
                await Task.Yield();
        }

        await broadcaster.FlushAsync(cancellationToken: cancellationToken);
    }

    /// <summary>Eight callers that each read the event by its name and then create or replace it; an error is logged and that was it.</summary>
    private static Task GetThenPutAsync(ClusterConnection connection, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(Occurrences(), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (redis, token) =>
        {
            try
            {
                await PlainWrites.GetThenWriteAsync(connection, redis, NameOf(redis), token);
            }
            catch (Exception error) when (error is KubernetesApiException or ClusterConnectionException)
            {
                // Lost: nobody tries again.
            }
        });

    private static async Task<string> RunInProcessAsync(int day, int way)
    {
        using var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [Environment.GetCommandLineArgs()[0], "faults", day.ToString(CultureInfo.InvariantCulture), way.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        })!;
        var row = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return row.Trim();
    }

    private static ObjectReference Redis(int number) => new()
    {
        ApiVersion = "cache.example.com/v1",
        Kind = "Redis",
        Namespace = Namespace,
        Name = $"my-op-redis-{number}",
        Uid = $"b2c3d4e5-0000-4000-8000-{number:x12}",
    };
}
