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
}
