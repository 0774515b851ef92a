namespace EventRecording.Tests.Support;

/// <summary>A broadcaster on a faulty sink and on a clock that goes on only while a test waits for something.</summary>
internal sealed class TestRecorder : IAsyncDisposable
{
    // Nothing in these tests takes as long, however busy the machine is.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // A request is over before its timer is looked at, unless a test lets requests hang.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(45);
    private static readonly TimeSpan NeverTimesOut = TimeSpan.FromDays(1);

    public TestRecorder(Func<EventBroadcasterOptions, EventBroadcasterOptions>? configure = null, IEventSink? sink = null, FakeTimeProvider? time = null, int seed = 1)
    {
        Time = time ?? new FakeTimeProvider(SampleEvents.Noon);
        var options = new EventBroadcasterOptions
        {
            TimeProvider = Time,
            Random = new LockedRandom(seed),
            Observers = [Observer],
            RequestTimeout = NeverTimesOut,
            DisposeDeadline = NeverTimesOut,
            Combining = null,
            RateLimit = null,
        };
        options = configure?.Invoke(options) ?? options;
        Time.RequestsTakeNoTime = options.RequestTimeout == NeverTimesOut;
        Broadcaster = new EventBroadcaster(sink ?? Sink, options);
        Recorder = Broadcaster.NewRecorder("RedisOperator");
    }

    public FakeTimeProvider Time { get; }

    public FaultySink Sink { get; } = new();

    public CollectingObserver Observer { get; } = new();

    public EventBroadcaster Broadcaster { get; }

    public EventRecorder Recorder { get; }

    public EventStatistics Statistics => Broadcaster.Statistics;

    public static Occurrence ScaledUp { get; } = new() { Regarding = SampleEvents.Redis, Reason = "ScaledUp", Message = "replicas set to 3" };

    public static ObjectReference Fleet { get; } = new() { ApiVersion = "cache.example.com/v1", Kind = "Fleet", Name = "europe", Uid = "069e3417-9741-4279-b7b4-87e42b87371d" };

    public bool Event(string message = "replicas set to 3", string type = EventType.Normal, string reason = "ScaledUp", ObjectReference? regarding = null) =>
        Recorder.Event(regarding ?? SampleEvents.Redis, type, reason, message);

    public Task<EventOutcome> RecordAsync(Occurrence? occurrence = null) => WaitAsync(Recorder.RecordAsync(occurrence ?? ScaledUp));

    public Task<FlushResult> FlushAsync(TimeSpan? deadline = null) => WaitAsync(Broadcaster.FlushAsync(deadline));

    /// <summary>Waits for a task; time goes on to the next timer whenever one is set.</summary>
    public async Task<T> WaitAsync<T>(Task<T> task)
    {
        await WaitAsync((Task)task);
        return await task;
    }

    public async Task WaitAsync(Task task)
    {
        await WaitUntilAsync(() => task.IsCompleted);
        await task;
    }

    /// <summary>Waits for a condition; time goes on to the next timer whenever one is set.</summary>
    public async Task WaitUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"This never happened: {Statistics}; requests: {string.Join(", ", Sink.Requests.TakeLast(20))}");
            if (!Time.AdvanceToNextTimer(LongestWait))
                await Task.Yield();
        }
    }

    /// <summary>Waits for a task while no more than so much time goes on.</summary>
    public async Task WithinAsync(TimeSpan most, Task task)
    {
        var end = Time.GetUtcNow() + most;
        await SpoolRun.Until(() =>
        {
            if (Time.GetUtcNow() < end)
                Time.Advance(TimeSpan.FromMilliseconds(50));
            return task.IsCompleted;
        });
        await task;
    }

    /// <summary>Recorded is the sum of all outcomes, and nothing is pending.</summary>
    public void AssertAddsUp(long recorded)
    {
        var statistics = Statistics;
        Assert.Equal(recorded, statistics.Recorded);
        Assert.Equal(0, statistics.Pending);
        Assert.Equal(recorded, statistics.Created + statistics.Counted + statistics.Unchanged + statistics.Refused + statistics.Failed + statistics.Unknown);
        Assert.Equal(recorded, Observer.Outcomes.Sum(settled => settled.Count));
        Assert.Equal(statistics.Created, Observer.Outcomes.Where(settled => settled.Outcome.Kind == EventOutcomeKind.Created).Sum(settled => settled.Count));
        Assert.Equal(statistics.Refused + statistics.Failed + statistics.Unknown, Observer.Failures.Where(failure => failure.Kind != EventFailureKind.Rejected).Sum(failure => failure.Count));
    }

    public async ValueTask DisposeAsync() => await WaitAsync(Broadcaster.DisposeAsync().AsTask());
}
