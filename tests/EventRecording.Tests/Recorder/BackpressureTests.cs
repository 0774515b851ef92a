using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

public class BackpressureTests
{
    [Fact]
    public async Task While_the_server_hangs_memory_is_bounded_and_the_caller_is_told_and_then_everything_is_written()
    {
        var gate = new Gate();
        await using var test = new TestRecorder(options => options with { IntakeCapacity = 100, SeriesCapacity = 50, MaxConcurrentWrites = 4 });
        test.Sink.Fault = _ => SinkFault.HeldAt(gate);
        var accepted = 0;
        for (var i = 0; i < 10_000; i++)
            accepted += test.Event($"m{i}") ? 1 : 0;
        await test.WaitUntilAsync(() => test.Observer.AcceptedOccurrences.Count == 50);
        while (test.Event($"more {accepted}"))
            accepted++;

        // The intake and as many that would be counted; and the series and the one for which there is no room, if the loop took them in time.
        Assert.InRange(accepted, 200, 251);
        Assert.Equal((accepted, accepted), (test.Statistics.Recorded, test.Statistics.Pending));
        Assert.False(test.Event("the last straw"));
        Assert.Contains("100 occurrences wait already, since the server does not keep up", test.Observer.Failures[^1].Error.Message, StringComparison.Ordinal);
        Assert.Equal(test.Statistics.Rejected, test.Observer.Failures.Count);
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        Assert.False(recording.IsCompleted);
        var enqueuing = test.Recorder.EnqueueAsync(TestRecorder.ScaledUp);
        Assert.False(enqueuing.IsCompleted);
        using var cancellation = new CancellationTokenSource();
        var impatient = test.Recorder.RecordAsync(TestRecorder.ScaledUp, cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        gate.Open(static _ => true);

        Assert.True((await test.WaitAsync(recording)).IsOnServer);
        await enqueuing;
        await test.FlushAsync();
        Assert.Equal(accepted + 1, test.Sink.Server.Events.Count);
        test.AssertAddsUp(accepted + 2);
    }

    [Fact]
    public async Task An_observer_that_records_what_was_rejected_and_is_rejected_as_well_is_told_no_more_of_it()
    {
        var observer = new RecordsRejections();
        await using var test = new TestRecorder(options => options with { Observers = [observer] });
        observer.Recorder = test.Recorder;
        await test.Broadcaster.DisposeAsync();

        Assert.False(test.Event());
        Assert.False(test.Event());

        Assert.Equal((2, 4), (observer.Told, test.Statistics.Rejected));
    }

    private sealed class RecordsRejections : IEventObserver
    {
        public EventRecorder? Recorder { get; set; }

        public int Told { get; private set; }

        public void Failed(EventFailure failure)
        {
            // Or the test would end the process that runs it.
            Assert.InRange(++Told, 1, 10);
            Recorder!.Event(TestRecorder.Fleet, EventType.Warning, "EventsRejected", failure.ToString());
        }
    }

    [Fact]
    public async Task A_burst_of_one_occurrence_is_one_event_in_few_requests()
    {
        await using var test = new TestRecorder();

        // A server answers later than a sink in memory, which would be faster than the burst on a busy machine.
        var gate = new Gate();
        test.Sink.Fault = request => request.IsCreate ? SinkFault.HeldAt(gate) : null;
        for (var i = 0; i < 10_000; i++)
            Assert.True(test.Event());
        gate.Open(static _ => true);
        await test.FlushAsync();

        Assert.Equal(10_000, test.Sink.Event.Count);
        Assert.InRange(test.Sink.Requests.Count, 1, 20);
        test.AssertAddsUp(10_000);
    }

    [Fact]
    public async Task Statistics_add_up_at_every_moment_from_every_thread()
    {
        await using var test = new TestRecorder();
        var random = new LockedRandom(3);
        test.Sink.Fault = _ => random.Next(3) switch { 0 => SinkFault.LostAfterApplying(), 1 => SinkFault.Answer(ApiErrors.Of(422, "Invalid")), _ => null };
        using var done = new CancellationTokenSource();
        var watching = Task.Run(() =>
        {
            var before = new EventStatistics();
            while (!done.IsCancellationRequested)
            {
                var now = test.Statistics;
                Assert.True(now.Pending >= 0, now.ToString());
                Assert.True(now.Created >= before.Created && now.Counted >= before.Counted && now.Refused >= before.Refused && now.Requests >= before.Requests, now.ToString());
                before = now;
            }
        });
        var recording = Enumerable.Range(0, 3).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
                Assert.True(test.Event($"m{(thread * i) % 17}"));
        }));

        await Task.WhenAll(recording);
        await test.FlushAsync();
        await done.CancelAsync();
        await watching;
        test.AssertAddsUp(6_000);
        Assert.StartsWith("6000 recorded: ", test.Statistics.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_observer_that_throws_disturbs_nobody()
    {
        var after = new CollectingObserver();
        await using var test = new TestRecorder(options => options with { Observers = [new ThrowingObserver(), after, .. options.Observers] });
        test.Sink.Next(SinkFault.Answer(ApiErrors.Of(422, "Invalid")));
        test.Event("refused");
        await test.FlushAsync();
        test.Event();
        Assert.False(test.Event(reason: ""));
        await test.FlushAsync();
        Assert.Equal((2, 2, 2), (after.AcceptedOccurrences.Count, after.Outcomes.Count, after.Failures.Count));
        test.AssertAddsUp(2);
    }

    private sealed class ThrowingObserver : IEventObserver
    {
        public void Accepted(EventReporter source, Occurrence occurrence, int count) => throw new InvalidOperationException();

        public void Settled(EventOutcome outcome, int count) => throw new InvalidOperationException();

        public void Failed(EventFailure failure) => throw new InvalidOperationException();
    }

    [Fact]
    public async Task What_the_rate_limit_holds_of_one_object_leaves_room_for_all_others()
    {
        await using var test = new TestRecorder(options => options with { RateLimit = new(), SeriesCapacity = 50, IntakeCapacity = 100 });
        for (var i = 0; i < 140; i++)
            await SpoolRun.Until(() => test.Event($"noise {i}"));
        await test.WithinAsync(TimeSpan.Zero, test.Recorder.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet }));

        // No more than had to make room.
        Assert.InRange(test.Statistics.Pending, 25, 50);
    }
}
