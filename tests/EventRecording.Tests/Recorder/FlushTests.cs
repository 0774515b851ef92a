using System.Runtime.CompilerServices;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

public class FlushTests
{
    /// <summary>It must not go on collecting what fails: nobody waits for it.</summary>
    [Fact]
    public async Task A_flush_whose_caller_cancels_is_over()
    {
        var options = new EventBroadcasterOptions { TimeProvider = new FakeTimeProvider() };
        var (clock, counters, intake, sink) = (new MonotonicClock(options.TimeProvider), new OutcomeCounters(), new Intake(16), new FaultySink { Fault = _ => SinkFault.Hang() });
        var notifier = new Notifier([], counters);
        var writer = new SeriesWriter(sink, new ServerCapabilities(clock, notifier), options, clock);
        await using var loop = new DeliveryLoop(options, clock, writer, counters, notifier, null, intake);
        var key = new SeriesKey(new EventReporter("test"), SampleEvents.Redis, EventType.Normal, "ScaledUp", "replicas set to 3", null, null);
        intake.TryAdd(new AcceptedOccurrence(key, clock.Now, clock.Now, null, null));
        var flush = new Flush();
        loop.Begin(flush);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.ResultAsync(flush, new CancellationToken(canceled: true)));

        Assert.Equal(1, (await flush.Completion.WaitAsync(TimeSpan.FromMinutes(1))).Pending);
    }

    [Fact]
    public void A_flush_that_is_over_collects_no_failures()
    {
        var flush = new Flush();
        var batch = new PendingBatch { Count = 2 };
        flush.Cover(ref batch, 2);
        flush.End();

        var failed = FailOne(flush);

        GC.Collect();
        Assert.False(failed.IsAlive);
        GC.KeepAlive(flush);
    }

    // A frame of its own, so that nothing but the flush holds the failure.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference FailOne(Flush flush)
    {
        var error = new TimeoutException();
        flush.Settle(new EventOutcome { Kind = EventOutcomeKind.Failed, Error = error }, 1, new EventFailure(EventFailureKind.Failed, new EventReporter("test"), null, 1, error));
        return new WeakReference(error);
    }

    [Fact]
    public async Task A_flush_writes_what_was_accepted_before_and_says_how_much()
    {
        var gate = new Gate();
        await using var test = new TestRecorder(options => options with { MaxConcurrentWrites = 1 });
        test.Sink.Fault = _ => SinkFault.HeldAt(gate);
        for (var i = 0; i < 3_000; i++)
            Assert.True(test.Event($"message {i % 7}"));
        // The first write runs and is covered, too; nothing is done before the flush begins.
        await gate.WaitForAsync(1);

        // Without the clock: what hangs is passed by, before the loop hears of the flush.
        var flushing = test.Broadcaster.FlushAsync();
        gate.Open(_ => true);
        var result = await flushing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.True(result.IsComplete);
        Assert.Equal(3_000, result.Written);
        Assert.Equal(3_000, test.Sink.SumOfCounts);
        Assert.Equal(7, test.Sink.Server.Events.Count);
        test.AssertAddsUp(3_000);
    }

    [Fact]
    public async Task A_flush_of_nothing_is_over_at_once()
    {
        await using var test = new TestRecorder();
        var result = await test.FlushAsync();
        Assert.Equal((0, 0, true), (result.Written, result.Pending, result.IsComplete));
    }

    [Fact]
    public async Task What_joins_a_series_after_the_flush_began_ends_it_neither_too_early_nor_never()
    {
        var gate = new Gate();
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.HeldAt(gate);

        // Two series in flight; one occurrence of each is pending behind it when the flush begins.
        test.Event("a");
        test.Event("b");
        await gate.WaitForAsync(2);
        test.Event("a");
        test.Event("b");
        var flush = test.Broadcaster.FlushAsync();
        await SeenByTheLoopAsync(test);

        // Others join series a after it.
        for (var i = 0; i < 5; i++)
            test.Event("a");
        await SeenByTheLoopAsync(test);
        var one = gate.Waiting[0].Split('/')[^1];
        gate.Open(request => request.Contains(one, StringComparison.Ordinal));
        await test.WaitUntilAsync(() => test.Statistics.Created + test.Statistics.Counted >= 7 || test.Statistics.Created + test.Statistics.Counted == 2);
        Assert.False(flush.IsCompleted);
        gate.Open(static _ => true);

        var result = await test.WaitAsync(flush);
        Assert.Equal((4, 0), (result.Written, result.Pending));
    }

    [Fact]
    public async Task What_still_waits_in_the_intake_is_part_of_a_flush()
    {
        await using var test = new TestRecorder(options => options with { SeriesCapacity = 2, MaxConcurrentWrites = 1 });
        var gate = new Gate();
        test.Sink.Fault = request => SinkFault.HeldAt(gate, request.Create!.Message == "m1" ? SinkFault.Answer(ApiErrors.Of(422, "Invalid")) : null);
        for (var i = 0; i < 20; i++)
            Assert.True(test.Event($"m{i}"));
        var flush = test.Broadcaster.FlushAsync();
        await gate.WaitForAsync(1);
        gate.Open(static _ => true);

        var result = await test.WaitAsync(flush);

        Assert.Equal((19, 0), (result.Written, result.Pending));
        var failure = Assert.Single(result.Failures);
        Assert.Equal((EventFailureKind.Refused, "m1", 1), (failure.Kind, failure.Occurrence!.Message, failure.Count));
        Assert.False(result.IsComplete);
    }

    [Fact]
    public async Task What_the_rate_limit_holds_is_written_by_a_flush_in_one_request_a_series()
    {
        await using var test = new TestRecorder(options => options with { RateLimit = new RateLimitOptions { Burst = 1 } });
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);
        for (var i = 0; i < 100; i++)
            test.Event();
        test.Event("another", reason: "Other");

        var result = await test.FlushAsync();

        Assert.Equal(101, result.Written);
        Assert.InRange(test.Sink.Requests.Count, 3, 4);
        Assert.Equal(102, test.Sink.SumOfCounts);
        Assert.InRange(test.Statistics.Deferred, 1, 101);
    }

    [Fact]
    public async Task At_its_deadline_a_flush_says_what_is_pending_and_that_goes_on_being_tried()
    {
        await using var test = new TestRecorder(options => options with { SeriesCapacity = 2 });
        test.Sink.Fault = static _ => SinkFault.Hang();
        for (var i = 0; i < 10; i++)
            test.Event($"m{i}");
        var flush = test.Broadcaster.FlushAsync(TimeSpan.FromSeconds(5));

        var result = await test.WaitAsync(flush);

        Assert.Equal((0, 10, false), (result.Written, result.Pending, result.IsComplete));
        Assert.Equal(10, test.Statistics.Pending);
        await GiveUpAsync(test);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public async Task Failures_after_the_deadline_do_not_change_the_result(int writeDeadline)
    {
        // Of the clock of these tests, only requests with a timeout ever end by a deadline.
        await using var test = new TestRecorder(options => options with { RequestTimeout = TimeSpan.FromSeconds(20), WriteDeadline = TimeSpan.FromSeconds(writeDeadline) });
        test.Sink.Fault = static _ => SinkFault.Hang();
        test.Event();
        // Without the clock: it would go on to the request's end.
        await SpoolRun.Until(() => test.Sink.Requests.Count == 1);
        var flush = test.Broadcaster.FlushAsync(TimeSpan.FromSeconds(5));
        // No further than to its deadline: the loop may hear of that later than of the request's end.
        await test.WithinAsync(TimeSpan.FromSeconds(5), flush);
        var result = await flush;
        await test.WaitUntilAsync(() => test.Statistics.Pending == 0);
        // The loop has told everybody of the failure once it has answered a flush that came behind it.
        await test.FlushAsync();

        Assert.Equal(1, result.Pending);
        Assert.Empty(result.Failures);
        Assert.Equal(1, test.Statistics.Unknown);
    }

    [Fact]
    public async Task A_cancelled_flush_ends_the_waiting_and_not_the_writing()
    {
        await using var test = new TestRecorder();
        using var cancellation = new CancellationTokenSource();
        var gate = new Gate();
        test.Sink.Fault = _ => SinkFault.HeldAt(gate);
        test.Event();
        var flush = test.Broadcaster.FlushAsync(cancellationToken: cancellation.Token);
        await gate.WaitForAsync(1);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        gate.Open(static _ => true);

        await test.FlushAsync();
        Assert.Equal(1, test.Sink.SumOfCounts);
    }

    [Fact]
    public async Task A_flush_that_lasts_longer_than_any_timer_has_no_deadline()
    {
        await using var test = new TestRecorder();
        test.Event();
        Assert.True((await test.FlushAsync(TimeSpan.MaxValue)).IsComplete);
        Assert.True((await test.FlushAsync(Timeout.InfiniteTimeSpan)).IsComplete);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => test.Broadcaster.FlushAsync(TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public async Task Many_flushes_at_once_each_see_what_was_accepted_before_them()
    {
        await using var test = new TestRecorder();
        var flushes = new List<Task<FlushResult>>();
        for (var i = 0; i < 200; i++)
        {
            test.Event($"m{i % 3}");
            if (i % 10 == 0)
                flushes.Add(test.Broadcaster.FlushAsync());
        }

        foreach (var flush in flushes)
            Assert.Equal(0, (await test.WaitAsync(flush)).Pending);
        await test.FlushAsync();
        Assert.Equal(200, test.Sink.SumOfCounts);
    }

    private static async Task GiveUpAsync(TestRecorder test)
    {
        var disposal = test.Broadcaster.DisposeAsync().AsTask();
        test.Sink.Fault = static _ => null;
        test.Time.Advance(TimeSpan.FromDays(2));
        await test.WaitUntilAsync(() =>
        {
            test.Time.Advance(TimeSpan.FromDays(2));
            return disposal.IsCompleted;
        });
    }

    /// <summary>A flush with no time to wait is over when the loop has heard what was said before it.</summary>
    private static async Task SeenByTheLoopAsync(TestRecorder test)
    {
        await test.FlushAsync(TimeSpan.Zero);
        await test.WaitUntilAsync(() => test.Observer.AcceptedOccurrences.Count == test.Statistics.Recorded);
    }

    [Fact]
    public async Task It_writes_what_the_rate_limit_holds_though_there_is_no_room_for_more_series()
    {
        await using var test = new TestRecorder(options => options with { RateLimit = new(), SeriesCapacity = 100 });
        for (var i = 0; i < 400; i++)
            Assert.True(test.Event($"message {i}"));

        await test.WithinAsync(TimeSpan.Zero, test.Broadcaster.FlushAsync());

        Assert.Equal((400, 0), (test.Statistics.Created, test.Statistics.Pending));
    }
}
