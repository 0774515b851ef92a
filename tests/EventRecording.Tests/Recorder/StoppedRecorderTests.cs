using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

/// <summary>What becomes of everything if the loop itself fails: here by a source of randomness that a caller gave.</summary>
public sealed class StoppedRecorderTests
{
    private sealed class BrokenRandom : Random
    {
        public override double NextDouble() => throw new InvalidOperationException("the source of randomness is broken");
    }

    private sealed class BreakingClock() : FakeTimeProvider(SampleEvents.Noon)
    {
        private volatile bool _isBroken;

        public void Break() => _isBroken = true;

        public override long GetTimestamp() => _isBroken ? throw new InvalidOperationException("the clock is broken") : base.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new BreakingTimer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class BreakingTimer(BreakingClock clock, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                timer.Dispose();
                if (clock._isBroken)
                    throw new InvalidOperationException("the timer is broken");
            }

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_error_of_the_loop_is_told_to_everybody_who_waits_and_to_all_who_come_later()
    {
        var gate = new Gate();
        await using var test = new TestRecorder(options => options with { Random = new BrokenRandom(), MaxConcurrentWrites = 1 });
        test.Sink.Fault = _ => SinkFault.HeldAt(gate, SinkFault.Lost());
        var first = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        await gate.WaitForAsync(1);
        var waiting = test.Recorder.RecordAsync(TestRecorder.ScaledUp with { Message = "waits for a worker" });
        var flush = test.Broadcaster.FlushAsync();
        gate.Open(_ => true);

        foreach (var task in new[] { first, waiting })
        {
            // Without the clock: what hangs is passed by.
            var outcome = await task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Contains("the source of randomness is broken", outcome.Error!.Message, StringComparison.Ordinal);
        }

        Assert.Equal((EventOutcomeKind.Unknown, EventOutcomeKind.Failed), ((await first).Kind, (await waiting).Kind));
        Assert.Equal(2, (await test.WaitAsync(flush)).Failures.Count);
        Assert.Equal(2, test.Observer.Failures.Count);
        Assert.Contains("stopped by an error of its own", Assert.Single(test.Observer.Warnings), StringComparison.Ordinal);

        Assert.False(test.Event());
        Assert.Contains("the source of randomness is broken", test.Observer.Failures[^1].Error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<OccurrenceRejectedException>(() => test.RecordAsync());
        await test.FlushAsync();
        test.AssertAddsUp(2);
    }

    [Fact]
    public async Task An_error_that_comes_while_the_loop_ends_is_told_as_well()
    {
        var clock = new BreakingClock();
        await using var test = new TestRecorder(time: clock);
        test.Sink.Fault = _ => SinkFault.Says(async (_, aborted) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, aborted).ContinueWith(_ => clock.Break(), TaskScheduler.Default);
            throw new OperationCanceledException(aborted);
        });
        var first = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        await test.WaitUntilAsync(() => test.Sink.Requests.Count == 1);
        var pending = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        await test.WaitUntilAsync(() => test.Observer.AcceptedOccurrences.Count == 2);

        await test.WaitAsync(test.Broadcaster.CloseAsync(TimeSpan.Zero));

        Assert.Equal((EventOutcomeKind.Unknown, EventOutcomeKind.Failed), ((await first).Kind, (await pending).Kind));
        Assert.Contains("the clock is broken", (await first).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("the clock is broken", Assert.Single(test.Observer.Warnings), StringComparison.Ordinal);
        test.AssertAddsUp(2);
    }

    [Fact]
    public async Task A_clock_whose_timers_are_broken_too_leaves_nobody_waiting()
    {
        var clock = new BreakingClock();
        var test = new TestRecorder(options => options with { RequestTimeout = TimeSpan.FromDays(2) }, time: clock);
        test.Sink.Fault = _ => SinkFault.Hang();
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        await SpoolRun.Until(() => test.Sink.Requests.Count == 1);
        clock.Break();

        // The loop looks at the clock when the next one comes.
        Assert.True(test.Event("another"));
        var patience = TimeSpan.FromSeconds(30);
        var outcome = await recording.WaitAsync(patience);
        var flushed = await test.Broadcaster.FlushAsync(TimeSpan.FromSeconds(3)).WaitAsync(patience);

        Assert.Equal(EventOutcomeKind.Unknown, outcome.Kind);
        Assert.Contains("the clock is broken", outcome.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(0, flushed.Pending);
        test.AssertAddsUp(2);
    }

    [Fact]
    public async Task What_it_held_goes_into_the_spool_if_there_is_one()
    {
        using var run = new SpoolRun();
        run.Sink.Mood = ServerMood.Refuses;
        await using var broadcaster = run.Start(options => options with { Random = new BrokenRandom(), WriteDeadline = TimeSpan.FromMinutes(1) });

        var outcome = await broadcaster.NewRecorder("RedisOperator").RecordAsync(SpoolRun.ScaledUp);

        Assert.Equal(EventOutcomeKind.Spooled, outcome.Kind);
        Assert.Single(run.Files);
    }
}
