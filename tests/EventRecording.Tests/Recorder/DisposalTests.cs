using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

public class DisposalTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Disposal_writes_what_is_pending()
    {
        var test = new TestRecorder(options => options with { RateLimit = new RateLimitOptions { Burst = 1 } });
        for (var i = 0; i < 500; i++)
            Assert.True(test.Event($"m{i % 5}"));

        await test.DisposeAsync();

        Assert.Equal(500, test.Sink.SumOfCounts);
        test.AssertAddsUp(500);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sink_that_hangs_does_not_hang_the_disposal_and_each_failure_is_reported(bool ignoresCancellation)
    {
        var test = new TestRecorder(options => options with { DisposeDeadline = Deadline, SeriesCapacity = 4, MaxConcurrentWrites = 2 });
        test.Sink.Fault = _ => SinkFault.Hang(ignoresCancellation: ignoresCancellation);
        var waiting = Enumerable.Range(0, 10).Select(i => test.Recorder.RecordAsync(TestRecorder.ScaledUp with { Message = $"m{i}" })).ToArray();
        await test.WaitUntilAsync(() => test.Sink.Requests.Count >= 2 && test.Observer.AcceptedOccurrences.Count == 4);
        var flush = test.Broadcaster.FlushAsync();

        await test.DisposeAsync();

        // The clock of the test goes on from timer to timer while the end is on its way.
        Assert.InRange(test.Time.GetUtcNow() - SampleEvents.Noon, Deadline, Deadline + TimeSpan.FromSeconds(5));
        var outcomes = await Task.WhenAll(waiting);
        Assert.All(outcomes, outcome => Assert.Contains("disposed", outcome.Error!.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.Equal((0, 10), (test.Statistics.Created, test.Statistics.Failed + test.Statistics.Unknown));
        Assert.InRange(test.Statistics.Unknown, 2, 4);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"m{i}"), test.Observer.Failures.Select(failure => failure.Occurrence!.Message).Order(StringComparer.Ordinal));
        test.AssertAddsUp(10);

        // A flush without a deadline hears of all of them.
        var result = await test.WaitAsync(flush);
        Assert.Equal((0, 0, 10), (result.Written, result.Pending, result.Failures.Sum(failure => failure.Count)));
    }

    [Fact]
    public async Task What_is_answered_at_the_last_moment_is_settled_once()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var test = new TestRecorder(options => options with { DisposeDeadline = Deadline, FewestConcurrentWrites = 5 }, seed: seed);
            test.Sink.Fault = _ => seed % 2 == 0 ? SinkFault.Hang(applies: true) : SinkFault.Hang();
            for (var i = 0; i < 5; i++)
                test.Event($"m{i}");

            await test.DisposeAsync();

            Assert.Equal(5, test.Statistics.Unknown);
            test.AssertAddsUp(5);
        }
    }

    [Fact]
    public async Task What_the_loop_has_not_taken_is_told_of_and_has_an_outcome_on_change_or_not()
    {
        var test = new TestRecorder(options => options with { SeriesCapacity = 1 });
        test.Sink.Fault = _ => SinkFault.Hang();
        test.Event("first");
        var changes = TestRecorder.ScaledUp with { OnChange = "Running" };
        var waiting = new[] { TestRecorder.ScaledUp with { Message = "takes the room of the first" }, TestRecorder.ScaledUp, changes, TestRecorder.ScaledUp, changes }.Select(occurrence => test.Recorder.RecordAsync(occurrence)).ToArray();

        await test.WithinAsync(TimeSpan.FromSeconds(1), test.Broadcaster.CloseAsync(TimeSpan.Zero));

        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Contains(outcome.Kind, new[] { EventOutcomeKind.Failed, EventOutcomeKind.Unchanged }));
        Assert.Equal(6, test.Observer.AcceptedOccurrences.Count);
        test.AssertAddsUp(6);
    }

    [Fact]
    public async Task Several_disposals_at_once_are_one()
    {
        var test = new TestRecorder();
        for (var i = 0; i < 100; i++)
            test.Event($"m{i}");

        await test.WaitAsync(Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await test.Broadcaster.DisposeAsync()))));
        await test.Broadcaster.DisposeAsync();

        test.AssertAddsUp(100);
        Assert.Equal(100, test.Sink.SumOfCounts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_deadline_it_goes_on_until_everything_has_an_outcome(bool closes)
    {
        await using var test = new TestRecorder(options => options with { WriteDeadline = TimeSpan.FromMinutes(10) });
        test.Sink.Next(SinkFault.Answer(ApiErrors.Of(429, "TooManyRequests", retryAfter: TimeSpan.FromMinutes(5))));
        Assert.True(test.Event());
        Task End(TimeSpan deadline) => closes ? test.Broadcaster.CloseAsync(deadline) : test.Broadcaster.StopAsync(deadline);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("deadline", () => End(TimeSpan.FromSeconds(-5)));
        await test.WaitAsync(End(Timeout.InfiniteTimeSpan));

        Assert.Equal((1, !closes), (test.Statistics.Created, test.Event()));
    }

    [Fact]
    public async Task The_shorter_deadline_of_two_disposals_holds()
    {
        var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Hang();
        test.Event();
        var slow = test.Broadcaster.DisposeAsync().AsTask();

        await test.WaitAsync(test.Broadcaster.CloseAsync(TimeSpan.FromSeconds(2)));
        await test.WaitAsync(slow);

        Assert.Equal(SampleEvents.Noon.AddSeconds(2), test.Time.GetUtcNow());
        test.AssertAddsUp(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_disposal_gives_up_says_in_one_line_also_why_the_last_try_failed(bool waitsForTheNext)
    {
        var test = new TestRecorder(options => options with { DisposeDeadline = Deadline });
        test.Sink.Next(SinkFault.Answer(ApiErrors.Of(429, "TooManyRequests", retryAfter: TimeSpan.FromSeconds(waitsForTheNext ? 60 : 1))));
        test.Sink.Fault = _ => SinkFault.Hang();
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        await test.WaitUntilAsync(() => waitsForTheNext ? test.Observer.Retries.Count == 1 : test.Sink.Requests.Count == 2);

        await test.DisposeAsync();

        var error = Assert.Single(test.Observer.Failures).Error;
        Assert.Same(error, (await recording).Error);
        Assert.StartsWith("The broadcaster was disposed before the event was written. The last try: The API server answered 429", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.IsType<KubernetesApiException>(error.InnerException);
    }

    [Fact]
    public async Task A_reading_that_the_disposal_ends_makes_nothing_uncertain()
    {
        var test = new TestRecorder(options => options with { DisposeDeadline = Deadline });
        await using (var other = new TestRecorder(sink: test.Sink.Server))
            await other.RecordAsync();
        test.Sink.Fault = request => request.IsRead ? SinkFault.Hang(ignoresCancellation: true) : null;
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        await test.WaitUntilAsync(() => test.Sink.Requests.Count == 2);

        await test.DisposeAsync();

        Assert.Equal(EventOutcomeKind.Failed, (await recording).Kind);
        Assert.Equal(1, test.Sink.SumOfCounts);
    }

    [Fact]
    public async Task What_waits_for_a_sink_that_does_not_listen_is_not_sent_after_the_disposal()
    {
        var gate = new Gate();
        var test = new TestRecorder(options => options with { DisposeDeadline = Deadline });
        await using (var other = new TestRecorder(sink: test.Sink.Server))
            await other.RecordAsync();
        test.Sink.Fault = request => request.IsRead ? SinkFault.HeldAt(gate) : null;
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        await gate.WaitForAsync(1);
        await test.DisposeAsync();

        // The worker goes on from what it has read.
        gate.Open(static _ => true);

        Assert.Equal(EventOutcomeKind.Failed, (await recording).Kind);
        Assert.Equal((2, 1), (test.Sink.Requests.Count, test.Sink.SumOfCounts));
    }

    [Fact]
    public async Task A_disposal_in_code_that_cannot_wait_otherwise_blocks_until_all_is_written()
    {
        var sink = new InMemoryEventSink();
        await Task.Run(() =>
        {
            using var broadcaster = new EventBroadcaster(sink, new EventBroadcasterOptions { RateLimit = new RateLimitOptions { Burst = 1 } });
            for (var i = 0; i < 10; i++)
                broadcaster.NewRecorder("RedisOperator").Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", "replicas set to 3");
        });
        Assert.Equal(10, Assert.Single(sink.Events).Count);
    }

    [Fact]
    public async Task A_deadline_that_is_longer_than_any_timer_is_none()
    {
        using var run = new SpoolRun();
        await run.RecordAsync(ServerMood.Refuses);
        await using var broadcaster = run.Start();

        Assert.Null(await Record.ExceptionAsync(() => broadcaster.CloseAsync(TimeSpan.MaxValue)));
    }

    [Fact]
    public async Task After_disposal_nothing_is_accepted_and_the_reason_is_said()
    {
        var test = new TestRecorder();
        await test.DisposeAsync();

        Assert.False(test.Event());
        Assert.False(test.Recorder.TryRecord(TestRecorder.ScaledUp));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.Recorder.RecordAsync(TestRecorder.ScaledUp));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => test.Broadcaster.FlushAsync());

        Assert.Equal((0, 3), (test.Statistics.Recorded, test.Statistics.Rejected));
        Assert.All(test.Observer.Failures, failure => Assert.Equal((EventFailureKind.Rejected, typeof(ObjectDisposedException)), (failure.Kind, failure.Error.GetType())));
        Assert.All(test.Observer.Failures, failure => Assert.Equal("The broadcaster is disposed and accepts nothing more.", failure.Error.Message));
    }

    [Fact]
    public async Task A_deadline_of_zero_is_over_also_where_the_clock_stands_still()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Hang();
        test.Event();
        await SpoolRun.Until(() => test.Statistics.Requests == 1);

        await test.Broadcaster.CloseAsync(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((0, 1), (test.Statistics.Pending, test.Statistics.Unknown));
    }

    [Fact]
    public async Task After_disposal_nothing_is_pending_at_any_moment_whatever_is_still_offered()
    {
        var test = new TestRecorder(options => options with { Observers = [] });
        test.Event();
        await test.DisposeAsync();
        using var end = new CancellationTokenSource();
        var offering = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
                Assert.False(test.Event());
        });

        await SpoolRun.Until(() => test.Statistics.Rejected > 0);
        var pending = Enumerable.Range(0, 200_000).Count(_ => test.Statistics.Pending != 0);
        await end.CancelAsync();
        await offering;

        Assert.Equal((0, 1), (pending, test.Statistics.Recorded));
    }

    [Fact]
    public async Task Occurrences_that_come_while_it_is_disposed_are_accepted_and_settled_or_rejected()
    {
        for (var run = 0; run < 50; run++)
        {
            var test = new TestRecorder(seed: run);
            var accepted = 0;
            var recording = Task.Run(() =>
            {
                for (var i = 0; i < 500; i++)
                    accepted += test.Event($"m{i % 5}") ? 1 : 0;
            });
            await test.DisposeAsync();
            await recording;

            Assert.Equal((accepted, 500 - accepted), (test.Statistics.Recorded, test.Statistics.Rejected));
            Assert.Equal(accepted, test.Sink.SumOfCounts);
            test.AssertAddsUp(accepted);
        }
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(30, 0)]
    public async Task What_waits_for_its_next_try_is_tried_once_more_unless_the_server_asked_to_wait(int? retryAfter, int created)
    {
        var test = new TestRecorder();
        var refusal = ApiErrors.Of(429, "TooManyRequests", retryAfter: retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        test.Sink.Fault = _ => SinkFault.Answer(refusal);
        for (var i = 0; i < 5; i++)
            test.Event($"message {i}");
        // Without being asked the tenth try of each waits five to ten seconds for the next.
        if (retryAfter is null)
            await test.WaitUntilAsync(() => test.Observer.Retries.Count >= 5 * 10);
        else
            await SpoolRun.Until(() => test.Observer.Retries.Count == 5);

        test.Sink.Fault = _ => null;
        await test.WithinAsync(TimeSpan.FromSeconds(5), test.Broadcaster.CloseAsync(TimeSpan.FromSeconds(2)));

        Assert.Equal((created, 5 - created), (test.Statistics.Created, test.Statistics.Failed));
    }
}
