using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

/// <summary>What a recorder calls may keep its thread: no deadline waits for that for ever.</summary>
public sealed class BlockedThreadTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    // A second each for the last flush and the end of the loop to stand still; one each for two warnings and for what is lost, if the thread that tells it is late.
    private const int AtOnce = 5;

    private readonly ThreadHolder _holder = new();

    public void Dispose() => _holder.Dispose();

    [Fact]
    public async Task An_observer_that_does_not_return_suspends_no_deadline_and_is_named_to_the_others()
    {
        var held = new HeldObserver(_holder);
        var told = new CollectingObserver();
        var test = new TestRecorder(options => options with { Observers = [told, held], DisposeDeadline = Deadline, ObserverPatience = Short });
        test.Event("first");
        await _holder.WaitUntilCalledAsync();
        test.Event("second");

        var flushed = await test.FlushAsync(TimeSpan.FromSeconds(3));
        Assert.Equal((0, 2, SampleEvents.Noon.AddSeconds(3)), (flushed.Written, flushed.Pending, test.Time.GetUtcNow()));
        Assert.Equal("The observer EventRecording.Tests.Recorder.BlockedThreadTests+HeldObserver does not return: nothing is written while the recorder waits for it.", Assert.Single(told.Warnings));

        await test.DisposeAsync();
        Assert.Equal(SampleEvents.Noon.AddSeconds(33), test.Time.GetUtcNow());
        await SpoolRun.Until(() => told.Lost is [2L]);

        // Another end finds nothing to wait for.
        await test.Broadcaster.CloseAsync(Deadline);
        Assert.Equal(SampleEvents.Noon.AddSeconds(33), test.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_sink_that_blocks_its_caller_suspends_no_deadline_and_the_observers_are_told()
    {
        var test = new TestRecorder(options => options with { DisposeDeadline = Deadline, ObserverPatience = Short, StandstillPatience = Short }, new HeldSink(_holder));
        test.Event("first");
        await _holder.WaitUntilCalledAsync();
        test.Event("second");

        var flushed = await test.FlushAsync(TimeSpan.FromSeconds(3));
        Assert.Equal((0, 2), (flushed.Written, flushed.Pending));

        await test.DisposeAsync();
        await SpoolRun.Until(() => test.Observer is { Lost: [2L], Warnings.Count: 1 });
        Assert.Equal("The recorder cannot come to its end: a call of its sink, or the disk of its spool, does not return.", Assert.Single(test.Observer.Warnings));
    }

    [Fact]
    public async Task A_disk_that_hangs_suspends_no_disposal_and_what_it_keeps_in_the_end_has_an_outcome()
    {
        using var run = new SpoolRun();
        run.Sink.Mood = ServerMood.Refuses;
        var broadcaster = run.Start(options => options with { ObserverPatience = Short, StandstillPatience = Short, Spool = run.Spool with { CreateFile = CreateHeld } });
        var recording = broadcaster.NewRecorder("RedisOperator").RecordAsync(SpoolRun.ScaledUp);
        await _holder.WaitUntilCalledAsync();

        await broadcaster.DisposeAsync().AsTask().WaitAsync(Deadline);
        await SpoolRun.Until(() => run.Observer.Lost is [1L]);

        _holder.Return();
        Assert.Equal(EventOutcomeKind.Spooled, (await recording.WaitAsync(Deadline)).Kind);
        Assert.Single(run.Files);
    }

    [Fact]
    public async Task A_flush_whose_own_look_at_the_spool_blocks_returns_at_its_deadline_and_tells_nothing_lost_at_the_end()
    {
        using var run = new SpoolRun();
        await run.RecordAsync(ServerMood.Refuses);
        var sink = new HeldSink(_holder) { Holds = false };
        var broadcaster = run.Start(options => options with { ObserverPatience = Short, StandstillPatience = TimeSpan.FromSeconds(1) }, sink);
        await broadcaster.FlushAsync();
        sink.Holds = true;

        var flushed = await Task.Run(() => broadcaster.FlushAsync(Short)).WaitAsync(Deadline);
        Assert.Equal((0, 1, null), (flushed.Written, flushed.Spooled, flushed.SpoolFault));

        await _holder.WaitUntilCalledAsync();
        await broadcaster.DisposeAsync().AsTask().WaitAsync(Deadline);
        await SpoolRun.Until(() => run.Observer.Warnings.Count == 1);
        Assert.Empty(run.Observer.Lost);
    }

    [Fact]
    public async Task A_look_at_a_disk_that_hangs_is_the_only_one_although_whoever_waited_for_it_left()
    {
        using var run = new SpoolRun();
        var (hangs, looks) = (false, 0);
        await using var broadcaster = run.Start(options => options with { Spool = run.Spool with { ListFiles = List } });
        await broadcaster.FlushAsync();
        // The round of the start and that of the flush look twice each, and the flush counts.
        await SpoolRun.Until(() => Volatile.Read(ref looks) == 5);
        hangs = true;
        using var left = new CancellationTokenSource();
        var flush = broadcaster.FlushAsync(TimeSpan.Zero, left.Token);
        await _holder.WaitUntilCalledAsync();

        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        var flushed = await broadcaster.FlushAsync(TimeSpan.Zero).WaitAsync(Deadline);

        Assert.Equal($"{run.Directory} does not answer.", flushed.SpoolFault);
        Assert.Equal(6, Volatile.Read(ref looks));

        IEnumerable<FileInfo> List(DirectoryInfo directory)
        {
            Interlocked.Increment(ref looks);
            if (hangs)
                _holder.Hold();
            return directory.EnumerateFiles();
        }
    }

    [Fact]
    public async Task What_is_sent_out_of_the_spool_has_its_time_at_the_end_and_is_no_standstill()
    {
        using var run = new SpoolRun();
        await run.RecordAsync(ServerMood.Refuses);
        var (time, realTime) = (new FakeTimeProvider(TimeProvider.System.GetUtcNow()), new FakeTimeProvider());
        run.Time = time;
        var sink = new FaultySink { Fault = _ => SinkFault.Hang() };
        var broadcaster = run.Start(options => options with { RealTime = realTime }, sink);
        await SpoolRun.Until(() => sink.Requests.Count == 1);

        var closing = broadcaster.CloseAsync(Deadline);
        for (var i = 0; i < 1_000; i++)
        {
            realTime.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.False(closing.IsCompleted);
        time.Advance(Deadline);
        await closing.WaitAsync(Deadline);
        Assert.Empty(run.Observer.Warnings);
        Assert.Empty(run.Observer.Lost);
    }

    [Fact]
    public async Task What_stood_still_at_a_flush_is_not_waited_for_as_long_at_the_end()
    {
        var realTime = new FakeTimeProvider();
        var test = new TestRecorder(options => options with { RealTime = realTime }, new HeldSink(_holder));
        test.Event();
        await _holder.WaitUntilCalledAsync();

        Assert.InRange(await CountSecondsAsync(realTime, test.Broadcaster.FlushAsync(TimeSpan.Zero)), 5, 7);
        Assert.InRange(await CountSecondsAsync(realTime, test.Broadcaster.CloseAsync(TimeSpan.Zero)), 2, AtOnce);
    }

    [Fact]
    public async Task An_observer_that_comes_back_late_from_being_told_of_the_standstill_makes_the_end_no_longer()
    {
        using var late = new ThreadHolder();
        var told = new CollectingObserver();
        var realTime = new FakeTimeProvider();
        var test = new TestRecorder(options => options with { RealTime = realTime, Observers = [new HeldByWarnings(late), told] }, new HeldSink(_holder));
        test.Event();
        await _holder.WaitUntilCalledAsync();
        await CountSecondsAsync(realTime, test.Broadcaster.FlushAsync(TimeSpan.Zero));

        late.Return();
        await SpoolRun.Until(() => told.Warnings.Count == 1);

        Assert.InRange(await CountSecondsAsync(realTime, test.Broadcaster.CloseAsync(TimeSpan.Zero)), 2, AtOnce);
    }

    [Fact]
    public async Task An_observer_that_blocks_where_it_is_told_of_the_standstill_suspends_no_end()
    {
        var blocked = new HeldByWarnings(_holder);
        var told = new CollectingObserver();
        var test = new TestRecorder(options => options with { Observers = [blocked, told], ObserverPatience = Short, StandstillPatience = Short }, new HeldSink(_holder));
        test.Event();
        await _holder.WaitUntilCalledAsync();

        await test.Broadcaster.CloseAsync(TimeSpan.Zero).WaitAsync(Deadline);
        await SpoolRun.Until(() => told.Lost is [1L]);
    }

    /// <summary>Lets real time go on, a second for each wait, until a task is over.</summary>
    private static async Task<int> CountSecondsAsync(FakeTimeProvider realTime, Task task)
    {
        var seconds = 0;
        await SpoolRun.Until(() =>
        {
            if (!task.IsCompleted && realTime.ActiveTimers > 0)
            {
                realTime.Advance(TimeSpan.FromSeconds(1));
                seconds++;
            }

            return task.IsCompleted;
        });
        await task;
        return seconds;
    }

    private FileStream CreateHeld(string path, FileStreamOptions options)
    {
        _holder.Hold();
        return new FileStream(path, options);
    }

    /// <summary>Keeps each thread that comes until a test lets it go.</summary>
    private sealed class ThreadHolder : IDisposable
    {
        private readonly ManualResetEventSlim _returns = new();
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WaitUntilCalledAsync() => _called.Task.WaitAsync(Deadline);

        public void Hold()
        {
            _called.TrySetResult();
            _returns.Wait();
        }

        public void Return() => _returns.Set();

        // Not disposed of itself: a thread may just be leaving it.
        public void Dispose() => Return();
    }

    private sealed class HeldObserver(ThreadHolder holder) : IEventObserver
    {
        public void Accepted(EventReporter source, Occurrence occurrence, int count) => holder.Hold();

        public void Warned(string warning) => holder.Hold();

        public void LostAtExit(long count) => holder.Hold();
    }

    private sealed class HeldByWarnings(ThreadHolder holder) : IEventObserver
    {
        public void Warned(string warning) => holder.Hold();
    }

    private sealed class HeldSink(ThreadHolder holder) : IEventSink
    {
        public bool Holds { get; set; } = true;

        public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken)
        {
            holder.Hold();
            return new(kubeEvent);
        }

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken)
        {
            if (Holds)
                holder.Hold();
            throw new EventStoreException("connection refused") { WasNotSent = true };
        }
    }
}
