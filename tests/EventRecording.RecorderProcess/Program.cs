using System.Globalization;
using System.Runtime.InteropServices;
using EventRecording;
using EventRecording.Cluster;

// Keeps one event after the other, and says each that it kept, until somebody kills it or the disk ends.
if (args is ["export", var path, var first])
{
    using var archive = new EventArchiveWriter(path);
    for (var number = int.Parse(first, CultureInfo.InvariantCulture); ; number++)
    {
        var version = number.ToString(CultureInfo.InvariantCulture);
        try
        {
            archive.Append(new KubeEvent { Name = $"e.{number % 7}", Namespace = "default", Uid = $"uid-{number % 7}", ResourceVersion = version, Reason = "Kept", Message = new string('x', number % 500) });
        }
        catch (EventArchiveException e)
        {
            Console.WriteLine($"Refused {e.Message}");
            return 0;
        }

        Console.WriteLine($"Kept {version}");
    }
}

// Fills a compressed file so far that the end of its member does not fit, lets a flush by time fail at that, and says what comes of it.
if (args is ["fill", var full, var then])
{
    var time = new HandedTime();
    using var archive = new EventArchiveWriter(full, time: time);
    var random = new Random(7);
    var text = string.Concat(Enumerable.Range(0, 22_000).Select(_ => (char)random.Next('0', 'p')));
    for (var length = text.Length; !Keep(text[..length]); length--)
    {
    }

    time.Fire();
    try
    {
        if (then == "append")
            archive.Append(new KubeEvent { Name = "next", Namespace = "default", Uid = "next", ResourceVersion = "2" });
        else if (then == "flush")
            archive.Flush();
        else
            archive.Dispose();
    }
    catch (EventArchiveException e)
    {
        Console.WriteLine($"Refused {e.Message}");
    }

    return 0;

    bool Keep(string message)
    {
        try
        {
            return archive.Append(new KubeEvent { Name = "e", Namespace = "default", Uid = message, ResourceVersion = "1", Reason = "Kept", Message = message });
        }
        catch (EventArchiveException)
        {
            return false;
        }
    }
}

// A process of its own that records: "rounds" with others the same series, "spool" with a spool until somebody kills it,
// "signal" more than the rate limit lets through, until a signal or an unhandled exception ends it. And "plugin": an exec plugin that does what the rest says.
if (args[0] == "plugin")
    return await Plugin.RunAsync(new Queue<string>(args.Skip(1)));
var redis = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = "my-op-redis", Uid = "b2c3d4e5-0000-4000-8000-000000000001" };
var uncombined = new EventBroadcasterOptions { Combining = null, RateLimit = null };
var isToBeKilled = args[0] == "spool";
using var connection = new ClusterConnection(
    new ClusterConfiguration { Server = new Uri(args[1]), UserName = "recorder" },
    isToBeKilled ? new ClusterConnectionOptions { WriteTimeout = TimeSpan.FromMilliseconds(250) } : null);
return args[0] switch
{
    "rounds" => await RecordRoundsAsync(series: Number(args[2]), rounds: Number(args[3])),
    "spool" => await RecordUntilKilledAsync(directory: args[2], run: args[3]),
    _ => await RecordUntilSignalAsync(directory: args[2], leavesSignals: args[3] == "leave", throws: args[3] == "throw"),
};

int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

// Records each series once a round, with a flush after every tenth round.
async Task<int> RecordRoundsAsync(int series, int rounds)
{
    await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), uncombined with { WriteDeadline = TimeSpan.FromMinutes(10) });
    var recorder = broadcaster.NewRecorder("recorder");
    Console.WriteLine("ready");
    Console.ReadLine();
    for (var round = 1; round <= rounds; round++)
    {
        for (var i = 0; i < series; i++)
        {
            if (!recorder.Event(redis with { Namespace = "wire" }, EventType.Normal, "ScaledUp", $"message {i}"))
                throw new InvalidOperationException($"not accepted: {broadcaster.Statistics}");
        }

        if (round % 10 == 0)
            await broadcaster.FlushAsync();
    }

    var flushed = await broadcaster.FlushAsync();
    Console.WriteLine(broadcaster.Statistics);
    return flushed.IsComplete && broadcaster.Statistics.Created + broadcaster.Statistics.Counted == series * rounds ? 0 : 1;
}

// Says of each occurrence that it tries and what became of it.
async Task<int> RecordUntilKilledAsync(string directory, string run)
{
    await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), uncombined with
    {
        Spool = ClusterSpool.For(connection, directory),
        WriteDeadline = TimeSpan.FromMilliseconds(100),
    });
    var recorder = broadcaster.NewRecorder("recorder");
    await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => RecordAsync(recorder, worker, run)));
    return 0;
}

// Sixty at once, most of which the rate limit holds; nobody disposes the broadcaster. At the signal it says what is pending, before the recorder hears it and afterwards.
async Task<int> RecordUntilSignalAsync(string directory, bool leavesSignals, bool throws)
{
    EventBroadcaster? broadcaster = null;
    using var early = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Console.WriteLine(broadcaster!.Statistics.Pending));
    broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions
    {
        Spool = directory.Length == 0 ? null : ClusterSpool.For(connection, directory),
        Combining = null,
        Observers = [new LossOnStandardError()],
        FlushOnSignals = !leavesSignals,
    });
    using var late = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Console.WriteLine(broadcaster.Statistics.Pending));
    var recorder = broadcaster.NewRecorder("recorder");
    for (var i = 0; i < 60; i++)
    {
        if (!recorder.Event(redis, EventType.Normal, "ScaledUp", $"message {i}"))
            return 1;
    }

    // The first burst is on its way.
    while (broadcaster.Statistics.Requests == 0)
        await Task.Yield();
    Console.WriteLine("ready");
    if (throws)
        new Thread(() => throw new InvalidOperationException("a fault of the program")).Start();
    await new TaskCompletionSource().Task;
    return 2;
}

async Task RecordAsync(EventRecorder recorder, int worker, string run)
{
    for (var i = 0; ; i++)
    {
        var message = i % 2 == 0 ? $"once {run} {worker} {i}" : $"shared {i / 2 % 5}";
        Console.WriteLine($"Tried {message}");
        var outcome = await recorder.RecordAsync(new Occurrence { Regarding = redis, Reason = "ScaledUp", Message = message });
        Console.WriteLine($"{outcome.Kind} {message}");
    }
}

internal sealed class LossOnStandardError : IEventObserver
{
    public void LostAtExit(long count) => Console.Error.WriteLine($"{count} lost");
}
