using EventRecording.Tests.Support;

namespace EventRecording.Tests.SeriesTests;

public class SeriesTableTests
{
    [Fact]
    public void What_a_flush_waits_for_is_let_go_once_although_the_rate_limit_held_its_series()
    {
        var now = SampleEvents.Noon.UtcDateTime;
        var table = new SeriesTable(new EventBroadcasterOptions { Combining = null, RateLimit = new RateLimitOptions { Burst = 1 } });
        table.TryAccept(Once("first"), now);
        table.TryAccept(Once("held"), now);
        Assert.Equal("first", table.TakeWrite()!.Series.Key.Message);
        Assert.Null(table.TakeWrite());

        var repeated = new RepeatedOccurrence(Once("held").Key);
        repeated.Batch.Add(Once("held"));
        new Flush().Cover(ref repeated.Batch, 1);
        table.TryAccept(repeated.ToAccepted(), now);

        var write = table.TakeWrite()!;
        Assert.Equal(("held", 2), (write.Series.Key.Message, write.Batch.Count));
        table.Settle(write, now);
        table.ReleaseLimited();
        Assert.Null(table.TakeWrite());
        Assert.Equal(SeriesState.Idle, write.Series.State);

        AcceptedOccurrence Once(string message) =>
            new(new SeriesKey(new EventReporter("RedisOperator"), SampleEvents.Redis, EventType.Normal, "ScaledUp", message, null, null), now, now, null, null);
    }
}
