using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

/// <summary>What is kept when the process is told to end, as by SIGTERM.</summary>
public sealed class ToldToEndTests : IDisposable
{
    private readonly SpoolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task What_is_on_its_way_to_a_slow_disk_when_the_process_is_told_to_end_is_kept_once()
    {
        using var disk = new ManualResetEventSlim();
        using var waits = new ManualResetEventSlim();
        Stream Slow(string path, FileStreamOptions options)
        {
            waits.Set();
            disk.Wait();
            return new FileStream(path, options);
        }

        _run.Sink.Mood = ServerMood.Refuses;
        await using var broadcaster = _run.Start(options => options with { Spool = _run.Spool with { CreateFile = Slow } });
        var recorder = broadcaster.NewRecorder("RedisOperator");
        var outcomes = Enumerable.Range(0, 5).Select(i => recorder.RecordAsync(SpoolRun.ScaledUp with { Message = $"replicas set to {i}" })).ToArray();
        await Task.Run(waits.Wait);
        var end = broadcaster.FlushOrKeepAsync(TimeSpan.Zero, TimeSpan.FromSeconds(30));
        // The loop has heard the signal once it has answered a flush that came behind it.
        await broadcaster.FlushAsync(TimeSpan.Zero);
        disk.Set();
        await end;

        Assert.All(await Task.WhenAll(outcomes), outcome => Assert.Equal(EventOutcomeKind.Spooled, outcome.Kind));
        Assert.Equal(5, _run.Files.Length);
        Assert.Equal((5, 0), (broadcaster.Statistics.Spooled, broadcaster.Statistics.Pending));
    }

    [Fact]
    public async Task What_waits_for_room_when_the_process_is_told_to_end_is_kept_although_a_sink_does_not_end_what_is_cancelled()
    {
        var never = new TaskCompletionSource<KubeEvent>();
        var sink = new StubbornSink(never.Task);
        var broadcaster = _run.Start(options => options with { MaxConcurrentWrites = 4 }, sink);
        var recorder = broadcaster.NewRecorder("RedisOperator");
        var outcomes = Enumerable.Range(0, 50).Select(i => recorder.RecordAsync(SpoolRun.ScaledUp with { Message = $"replicas set to {i}" })).ToArray();
        await SpoolRun.Until(() => sink.Requests == 4);

        var end = broadcaster.FlushOrKeepAsync(TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await SpoolRun.Until(() => broadcaster.Statistics.Spooled == 46);

        Assert.Equal((46, 4), (_run.Files.Length, broadcaster.Statistics.Pending));
        never.SetException(new EventStoreException("no answer"));
        await end;
        Assert.Equal((50, 50), (_run.Files.Length, (await Task.WhenAll(outcomes)).Count(outcome => outcome.Kind == EventOutcomeKind.Spooled)));
        await broadcaster.DisposeAsync();
    }

    [Fact]
    public async Task What_is_between_two_requests_when_the_process_is_told_to_end_sends_no_more_and_is_kept()
    {
        var answer = new TaskCompletionSource<KubeEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new StubbornSink(answer.Task);
        await using var broadcaster = _run.Start(options => options with { WriteDeadline = TimeSpan.FromMinutes(1) }, sink);
        var outcome = broadcaster.NewRecorder("RedisOperator").RecordAsync(SpoolRun.ScaledUp);
        await SpoolRun.Until(() => sink.Requests == 1);

        var end = broadcaster.FlushOrKeepAsync(TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await SpoolRun.Until(() => sink.IsCancelled);
        // That comes too late for this answer, which asks for another request.
        answer.SetException(ApiErrors.Of(409, "AlreadyExists"));
        await end;

        Assert.Equal((EventOutcomeKind.Spooled, 0), ((await outcome).Kind, sink.Patches));
        Assert.Single(_run.Files);
    }

    // As one that works in Task.Run and takes no token.
    private sealed class StubbornSink(Task<KubeEvent> answer) : IEventSink
    {
        private int _requests;
        private int _patches;

        public int Requests => Volatile.Read(ref _requests);

        public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken)
        {
            cancellationToken.Register(() => IsCancelled = true);
            Interlocked.Increment(ref _requests);
            return new(answer);
        }

        public bool IsCancelled { get; private set; }

        public int Patches => Volatile.Read(ref _patches);

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _patches);
            throw new EventStoreException("no answer");
        }
    }
}
