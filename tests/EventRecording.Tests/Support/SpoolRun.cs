namespace EventRecording.Tests.Support;

/// <summary>One broadcaster after the other on one spool and one server, as if each were a process.</summary>
internal sealed class SpoolRun : IDisposable
{
    public static readonly Occurrence ScaledUp = new() { Regarding = SampleEvents.Redis, Reason = "ScaledUp", Message = "replicas set to 3", Timestamp = SampleEvents.Noon };

    private readonly TempFolder _folder = new();

    public SpoolRun() => Directory = _folder.File("spool");

    public string Directory { get; }

    public OutageSink Sink { get; } = new();

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public CollectingObserver Observer { get; } = new();

    public SpoolOptions Spool => new() { Directory = Directory, Cluster = "https://cluster", User = "me" };

    public string[] Files => System.IO.Directory.Exists(Directory) ? System.IO.Directory.GetFiles(Directory) : [];

    public KubeEvent Event => Assert.Single(Sink.Server.Events);

    /// <summary>A broadcaster that gives up at the first error.</summary>
    public EventBroadcaster Start(Func<EventBroadcasterOptions, EventBroadcasterOptions>? configure = null, IEventSink? sink = null)
    {
        var options = new EventBroadcasterOptions
        {
            Spool = Spool,
            TimeProvider = Time,
            WriteDeadline = TimeSpan.FromTicks(1),
            DisposeDeadline = TimeSpan.Zero,
            Combining = null,
            RateLimit = null,
            Observers = [Observer],
        };
        return new EventBroadcaster(sink ?? Sink, configure?.Invoke(options) ?? options);
    }

    /// <summary>A process that records while the server is in such a mood, and ends.</summary>
    public async Task<EventOutcome[]> RecordAsync(ServerMood mood, int count = 1, Func<EventBroadcasterOptions, EventBroadcasterOptions>? configure = null, Occurrence? occurrence = null)
    {
        Sink.Mood = mood;
        await using var broadcaster = Start(configure);
        var recorder = broadcaster.NewRecorder("RedisOperator");
        return await Task.WhenAll(Enumerable.Range(0, count).Select(_ => recorder.RecordAsync(occurrence ?? ScaledUp))).WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>A process that does nothing but to send what is there.</summary>
    public async Task<(FlushResult Flushed, EventStatistics Statistics)> SendAsync(ServerMood mood = ServerMood.Up, TimeSpan? later = null)
    {
        Sink.Mood = mood;
        Time = new ShiftedTimeProvider(later ?? TimeSpan.Zero);
        await using var broadcaster = Start();
        var flushed = await broadcaster.FlushAsync();
        return (flushed, broadcaster.Statistics);
    }

    public static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public void Dispose() => _folder.Dispose();
}
