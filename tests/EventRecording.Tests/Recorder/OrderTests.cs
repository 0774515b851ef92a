using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

/// <summary>What is promised about order: first and last times have it, whatever order the writes have.</summary>
public class OrderTests
{
    [Theory]
    [InlineData(EventApiVersion.CoreV1)]
    [InlineData(EventApiVersion.EventsV1)]
    public async Task Events_of_one_object_that_differ_only_in_reason_keep_the_order_of_their_calls_in_first_and_last_time(string apiVersion)
    {
        var time = new FakeTimeProvider(SampleEvents.Noon);
        await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion, MaxConcurrentWrites = 4, WriteDeadline = TimeSpan.FromMinutes(10) }, time: time);
        // Passing errors at random, so that writes overtake each other.
        var random = new LockedRandom(11);
        test.Sink.Fault = _ => random.Next(3) == 0 ? SinkFault.Answer(ApiErrors.Of(503)) : null;
        for (var i = 0; i < 200; i++)
        {
            Assert.True(test.Event(reason: $"Reason{i % 20:00}"));
            // What the group keeps of a time.
            time.Advance(apiVersion == EventApiVersion.CoreV1 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(1));
        }

        await test.FlushAsync();

        var events = test.Sink.Server.Events;
        Assert.Equal(20, events.Count);
        var byFirst = events.OrderBy(one => one.FirstSeen).Select(one => one.Reason).ToArray();
        var byLast = events.OrderBy(one => one.LastSeen).Select(one => one.Reason).ToArray();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"Reason{i:00}"), byFirst);
        Assert.Equal(byFirst, byLast);
        Assert.Equal(20, events.Select(one => one.FirstSeen).Distinct().Count());
        test.AssertAddsUp(200);
    }
}
