using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>One series in a hundred goes wrong: the others do not notice.</summary>
public class FailingSeriesTests
{
    private const int Series = 1_000;

    [Fact]
    public async Task Series_that_are_refused_cost_the_others_no_request_and_no_time()
    {
        await using var test = new TestRecorder(options => options with { MaxConcurrentWrites = 4 });
        test.Sink.Fault = request => IsBad(request) ? SinkFault.Answer(ApiErrors.Of(422, "Invalid")) : null;
        Record(test);

        await test.FlushAsync();

        Assert.Equal((Series, 990, 10), (test.Sink.Requests.Count, test.Statistics.Created, test.Statistics.Refused));
        Assert.Equal(SampleEvents.Noon, test.Time.GetUtcNow());
        test.AssertAddsUp(Series);
    }

    [Fact]
    public async Task Series_that_hang_do_not_keep_the_others_waiting_even_if_more_hang_than_writes_may_run()
    {
        var gate = new Gate();
        await using var test = new TestRecorder(options => options with { MaxConcurrentWrites = 4 });
        test.Sink.Fault = request => IsBad(request) ? SinkFault.HeldAt(gate) : null;
        Record(test);

        // The gate is shut and no request ever times out: who waits for one that hangs waits for ever.
        await test.WaitUntilAsync(() => test.Statistics.Created == 990);

        await gate.WaitForAsync(10);
        Assert.Equal((Series, 10), (test.Sink.Requests.Count, test.Statistics.Pending));
        gate.Open(static _ => true);
        await test.FlushAsync();
        Assert.Equal(Series, test.Sink.Server.Events.Count);
        test.AssertAddsUp(Series);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(1_000)]
    public async Task A_namespace_whose_writes_hang_until_their_time_is_over_holds_back_no_other(int hanging)
    {
        await using var test = new TestRecorder(options => options with { RequestTimeout = TimeSpan.FromSeconds(10), DisposeDeadline = TimeSpan.Zero });
        test.Sink.Fault = request => request.Create?.Namespace == "bad" ? SinkFault.Hang() : null;
        for (var i = 0; i < hanging; i++)
            test.Event($"hangs {i}", regarding: SampleEvents.Redis with { Namespace = "bad" });
        // The server seems slow, since all that it answered was late.
        await test.WaitUntilAsync(() => test.Observer.Retries.Count > 0);

        for (var i = 0; i < 5; i++)
            await test.WithinAsync(TimeSpan.FromSeconds(1), test.Recorder.RecordAsync(TestRecorder.ScaledUp with { Message = $"good {i}" }));
    }

    private static void Record(TestRecorder test)
    {
        for (var i = 0; i < Series; i++)
            Assert.True(test.Event(i % 100 == 50 ? $"bad {i}" : $"good {i}"));
    }

    private static bool IsBad(SinkRequest request) => request.Create is { Message: { } message } && message.StartsWith("bad", StringComparison.Ordinal);
}
