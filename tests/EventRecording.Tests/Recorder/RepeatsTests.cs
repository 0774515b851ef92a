using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

/// <summary>A caller that is faster than the recorder's loop.</summary>
public sealed class RepeatsTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public async Task A_burst_of_one_thing_is_accepted_whole()
    {
        var sink = new InMemoryEventSink();
        await using var broadcaster = new EventBroadcaster(sink);
        var recorder = broadcaster.NewRecorder("RedisOperator");
        for (var i = 0; i < 500_000; i++)
            Assert.True(recorder.Event(SampleEvents.Redis, EventType.Normal, "Burst", "same"));

        await broadcaster.FlushAsync();
        Assert.Equal(500_000, Assert.Single(sink.Events).Count);
    }

    [Fact]
    public async Task Repeats_of_what_waits_are_counted_exactly_however_fast_they_come()
    {
        using var observer = new HoldingObserver();
        await using var test = new TestRecorder(options => options with { IntakeCapacity = 10, Observers = [observer, .. options.Observers] });
        for (var i = 0; i < 1_000; i++)
            Assert.True(test.Event($"m{i % 7}"), $"{i}");
        Assert.Equal((1_000, 1_000), (test.Statistics.Recorded, test.Statistics.Pending));

        observer.LetGo();
        await test.FlushAsync();

        Assert.Equal((7, 1_000, 1_000), (test.Sink.Server.Events.Count, test.Sink.SumOfCounts, test.Observer.AcceptedOccurrences.Count));
        Assert.All(test.Sink.Server.Events, written => Assert.InRange(written.Count, 142, 143));
        test.AssertAddsUp(1_000);
    }

    [Fact]
    public async Task More_different_ones_than_there_is_room_for_are_refused_with_the_reason()
    {
        using var observer = new HoldingObserver();
        await using var test = new TestRecorder(options => options with { IntakeCapacity = 10, Observers = [observer, .. options.Observers] });
        Assert.True(test.Event("m0"));
        observer.WaitUntilItHolds();
        var accepted = 1 + Enumerable.Range(1, 99).Count(i => test.Event($"m{i}"));

        // The one in the observer's hands, the intake, and as many that are counted. Those still are.
        Assert.Equal(21, accepted);
        Assert.True(test.Event("m20"));
        Assert.All(test.Observer.Failures, failure => Assert.Contains("10 occurrences wait already, since they come faster than the recorder takes them", failure.Error.Message, StringComparison.Ordinal));

        observer.LetGo();
        await test.FlushAsync();
        Assert.Equal((21, 22), (test.Sink.Server.Events.Count, test.Sink.SumOfCounts));
    }

    [Fact]
    public async Task First_and_last_time_annotations_and_deadline_are_those_of_all()
    {
        using var observer = new HoldingObserver();
        await using var test = new TestRecorder(options => options with { IntakeCapacity = 2, Observers = [observer] });
        for (var i = 0; i < 10; i++)
        {
            Assert.True(test.Recorder.AnnotatedEventf(SampleEvents.Redis, new Dictionary<string, string> { ["example.com/last"] = $"{i}", [$"example.com/{i}"] = "" }, EventType.Normal, "ScaledUp", "m"));
            test.Time.Advance(TimeSpan.FromMinutes(1));
        }

        // Behind all of them, however much room there is.
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp with { Message = "m", Annotations = new Dictionary<string, string> { ["example.com/last"] = "recorded" } });
        Assert.False(recording.IsCompleted);
        observer.LetGo();

        await test.WaitAsync(recording);
        var written = test.Sink.Event;
        Assert.Equal((11, SampleEvents.Noon, SampleEvents.Noon.AddMinutes(10)), (written.Count, written.FirstSeen, written.LastSeen));
        Assert.Equal("recorded", written.Annotations["example.com/last"]);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Contains($"example.com/{i}", written.Annotations.Keys));
    }

    [Fact]
    public async Task A_combined_event_shows_the_latest_message()
    {
        using var observer = new HoldingObserver();
        await using var test = new TestRecorder(options => options with { IntakeCapacity = 2, Observers = [observer], Combining = new CombiningOptions { Threshold = 2 } });
        Assert.True(test.Event("m0"));
        observer.WaitUntilItHolds();
        for (var i = 1; i < 5; i++)
            Assert.True(test.Event($"m{i}"));
        Assert.True(test.Event("m3"));
        Assert.True(test.Event("m4"));
        Assert.True(test.Event("m3"));

        observer.LetGo();
        await test.FlushAsync();

        Assert.Equal("(combined from similar events): m3", test.Sink.Server.Events.Single(written => written.Count == 7).Message);
    }

    [Fact]
    public async Task A_flush_waits_for_those_that_were_counted_before_it_and_for_no_others()
    {
        var gate = new Gate();
        await using var test = new TestRecorder(options => options with { IntakeCapacity = 2, SeriesCapacity = 1 });
        test.Sink.Fault = _ => SinkFault.HeldAt(gate);
        test.Event("first");
        await gate.WaitForAsync(1);
        for (var i = 0; i < 10; i++)
            Assert.True(test.Event("second"));
        var flush = test.Broadcaster.FlushAsync();
        // A flush with no time to wait is over when the loop has heard what was said before it.
        Assert.Equal(11, (await test.FlushAsync(TimeSpan.Zero)).Pending);
        for (var i = 0; i < 10; i++)
            Assert.True(test.Event("second"));

        gate.Open(static _ => true);

        var result = await test.WaitAsync(flush);
        Assert.Equal((11, 0), (result.Written, result.Pending));
        await test.FlushAsync();
        Assert.Equal(21, test.Sink.SumOfCounts);
        test.AssertAddsUp(21);
    }

    [Fact]
    public async Task What_is_counted_at_the_disposal_is_given_up_with_its_count()
    {
        var test = new TestRecorder(options => options with { IntakeCapacity = 3, SeriesCapacity = 1 });
        test.Sink.Fault = _ => SinkFault.Hang();
        for (var i = 0; i < 100; i++)
            Assert.True(test.Event($"m{i % 3}"));
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp);

        await test.WaitAsync(test.Broadcaster.CloseAsync(TimeSpan.Zero));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => recording);
        Assert.Equal(100, test.Observer.Failures.Where(failure => failure.Kind != EventFailureKind.Rejected).Sum(failure => failure.Count));
        test.AssertAddsUp(100);
    }

    [Fact]
    public async Task Whatever_comes_from_several_threads_into_an_intake_of_three_is_counted_once()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            // A short refill: the clock of these tests goes on to the next timer, and what is tried again would come too late by that.
            await using var test = new TestRecorder(options => options with
            {
                IntakeCapacity = 3,
                SeriesCapacity = 4,
                IdleSeriesCapacity = 2,
                Combining = new CombiningOptions { Threshold = 3 },
                RateLimit = new RateLimitOptions { Burst = 1, Refill = TimeSpan.FromSeconds(1) },
                WriteDeadline = TimeSpan.FromMinutes(10),
            }, seed: seed);
            var random = new LockedRandom(seed);
            test.Sink.Fault = _ => random.Next(10) == 0 ? SinkFault.LostAfterApplying() : null;
            var accepted = 0;
            var recording = Task.WhenAll(Enumerable.Range(0, 3).Select(thread => Task.Run(async () =>
            {
                for (var i = 0; i < 300; i++)
                {
                    var message = $"m{random.Next(5)}";
                    var taken = random.Next(20) switch
                    {
                        0 => await test.Recorder.RecordAsync(TestRecorder.ScaledUp with { Message = message }) is not null,
                        1 => (await test.Broadcaster.FlushAsync()).Pending > 0,
                        2 => test.Recorder.TryRecord(TestRecorder.ScaledUp with { Message = message, WriteDeadline = TimeSpan.FromMinutes(9) }),
                        3 => test.Recorder.AnnotatedEventf(SampleEvents.Redis, None, EventType.Warning, "ScaledUp", message),
                        _ => test.Event(message),
                    };
                    if (taken)
                        Interlocked.Increment(ref accepted);
                }
            })));
            await test.WaitAsync(recording);
            Assert.Equal(0, (await test.FlushAsync()).Pending);

            // Now and then it does, on a busy machine: that has failed then, or is unknown.
            var (failed, unknown) = (test.Statistics.Failed, test.Statistics.Unknown);
            Assert.True(test.Sink.SumOfCounts >= accepted - failed - unknown && test.Sink.SumOfCounts <= accepted - failed, $"seed {seed}: {accepted} accepted, {test.Sink.SumOfCounts} on the server; {test.Statistics}");
            Assert.Equal(accepted, test.Observer.AcceptedOccurrences.Count);
            test.AssertAddsUp(accepted);
        }
    }

    /// <summary>Holds the recorder's loop at the first occurrence.</summary>
    private sealed class HoldingObserver : IEventObserver, IDisposable
    {
        private readonly ManualResetEventSlim _holds = new();
        private readonly ManualResetEventSlim _letsGo = new();

        public void Accepted(EventReporter source, Occurrence occurrence, int count)
        {
            _holds.Set();
            _letsGo.Wait();
        }

        public void WaitUntilItHolds() => Assert.True(_holds.Wait(TimeSpan.FromMinutes(1)));

        public void LetGo() => _letsGo.Set();

        public void Dispose()
        {
            _letsGo.Set();
            _holds.Dispose();
            _letsGo.Dispose();
        }
    }
}
