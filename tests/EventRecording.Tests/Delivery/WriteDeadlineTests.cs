using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

public sealed class WriteDeadlineTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(60)]
    public async Task The_request_that_runs_at_the_deadline_ends_with_it(int seconds)
    {
        await using var test = new TestRecorder(options => options with { RequestTimeout = TimeSpan.FromSeconds(10) });
        test.Sink.Fault = _ => SinkFault.Hang();

        var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { WriteDeadline = TimeSpan.FromSeconds(seconds) });

        Assert.Equal(EventOutcomeKind.Unknown, outcome.Kind);
        // A last request that begins at the deadline gets a second.
        Assert.InRange(test.Time.GetUtcNow() - SampleEvents.Noon, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 1));
    }

    [Fact]
    public async Task A_request_that_takes_the_loop_past_the_deadline_is_the_last()
    {
        await using var test = new TestRecorder();
        // On the loop's own thread, as the start of an exec plugin is.
        test.Sink.Fault = _ => SinkFault.Lost() with { Afterwards = () => test.Time.Advance(TimeSpan.FromSeconds(5)) };

        var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { WriteDeadline = TimeSpan.FromSeconds(5) });

        Assert.Equal(EventOutcomeKind.Unknown, outcome.Kind);
        Assert.Equal(1, outcome.Attempts);
    }
}
