using EventRecording.Tests.Support;

namespace EventRecording.Tests.SeriesTests;

public class SeriesTableTests
{
    private static readonly DateTime Noon = SampleEvents.Noon.UtcDateTime;

    [Fact]
    public void What_a_flush_waits_for_is_let_go_once_although_the_rate_limit_held_its_series()
    {
        var table = new SeriesTable(new EventBroadcasterOptions { Combining = null, RateLimit = new RateLimitOptions { Burst = 1 } });
        table.TryAccept(Once("first"), Noon);
        table.TryAccept(Once("held"), Noon);
        Assert.Equal("first", table.TakeWrite()!.Series.Key.Message);
        Assert.Null(table.TakeWrite());

        var repeated = new RepeatedOccurrence(Once("held").Key);
        repeated.Batch.Add(Once("held"));
        new Flush().Cover(ref repeated.Batch, 1);
        table.TryAccept(repeated.ToAccepted(), Noon);

        var write = table.TakeWrite()!;
        Assert.Equal(("held", 2), (write.Series.Key.Message, write.Batch.Count));
        table.Settle(write, Noon);
        table.ReleaseLimited();
        Assert.Null(table.TakeWrite());
        Assert.Equal(SeriesState.Idle, write.Series.State);
    }

    [Fact]
    public void The_rate_limit_remembers_no_wait_that_a_flush_has_ended()
    {
        var limit = new RateLimitOptions { Burst = 1, Refill = TimeSpan.FromDays(1), LongestWait = TimeSpan.FromMinutes(30) };
        var table = new SeriesTable(new EventBroadcasterOptions { Combining = null, RateLimit = limit });
        table.TryAccept(Once("known"), Noon);
        Write();
        var later = Noon.AddMinutes(10);
        foreach (var time in new[] { Noon, later })
        {
            table.TryAccept(Once("known"), time);
            Assert.Null(table.TakeWrite());
            Assert.Equal(time + limit.LongestWait, table.NextDue);
            table.ReleaseLimited();
            Write();
        }

        void Write()
        {
            var write = table.TakeWrite()!;
            write.Series.Event = new KnownEvent { ApiVersion = EventApiVersion.CoreV1, Namespace = "wire", Name = "known", ResourceVersion = "1" };
            table.Settle(write, Noon);
        }
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(90, 30)]
    [InlineData(10, 5)]
    public void A_new_event_waits_behind_however_many_for_the_longest_wait_and_for_half_of_the_life_of_an_event_at_most(int? livesForMinutes, int longest)
    {
        var spool = livesForMinutes is { } minutes ? new SpoolOptions { Directory = "spool", Cluster = "https://cluster", User = "me", EventTimeToLive = TimeSpan.FromMinutes(minutes) } : null;
        var table = new SeriesTable(new EventBroadcasterOptions { Combining = null, RateLimit = new RateLimitOptions { Burst = 1, Refill = TimeSpan.FromDays(1) }, Spool = spool });
        for (var i = 0; i < 50; i++)
            table.TryAccept(Once($"stale {i}"), Noon);
        var fresh = Noon.AddMinutes(1);
        table.TryAccept(Once("fresh"), fresh);
        Assert.Equal(1, WritesAt(Noon));
        Assert.Equal(49, WritesAt(Noon.AddMinutes(longest)));
        Assert.Equal(0, WritesAt(fresh.AddMinutes(longest).AddTicks(-1)));
        Assert.Equal(1, WritesAt(fresh.AddMinutes(longest)));

        int WritesAt(DateTime now)
        {
            table.Advance(now);
            var writes = 0;
            for (; table.TakeWrite() is not null; writes++)
            {
            }

            return writes;
        }
    }

    [Fact]
    public void What_a_token_has_let_go_keeps_no_timer()
    {
        var table = new SeriesTable(new EventBroadcasterOptions { Combining = null, RateLimit = new RateLimitOptions { Burst = 1 } });
        table.TryAccept(Once("first"), Noon);
        table.TryAccept(Once("second"), Noon);
        Assert.Equal(Noon.AddMinutes(5), table.NextDue);
        table.Advance(Noon.AddMinutes(5));
        Assert.Null(table.NextDue);
    }

    [Fact]
    public void A_series_that_takes_no_more_is_let_go_by_the_rate_limit()
    {
        var table = new SeriesTable(new EventBroadcasterOptions { Combining = null, RateLimit = new RateLimitOptions { Burst = 1 } });
        table.TryAccept(Once("first"), Noon);
        table.TakeWrite();
        table.TryAccept(Once("held"), Noon)!.Pending.Count = int.MaxValue;
        Assert.Null(table.TakeWrite());

        Assert.Null(table.TryAccept(Once("held"), Noon));

        Assert.Equal(int.MaxValue, table.TakeWrite()!.Batch.Count);
        Assert.NotNull(table.TryAccept(Once("held"), Noon));
    }

    [Fact]
    public void A_batch_knows_nobody_who_waits_no_longer()
    {
        var batch = default(PendingBatch);
        batch.Add(Once("pending"));
        var (lasting, over) = (new Flush(), new Flush());
        lasting.Cover(ref batch, 1);
        over.Cover(ref batch, 1);
        over.End();

        for (var i = 0; i < 100; i++)
        {
            over = new Flush();
            over.Cover(ref batch, 1);
            over.End();
        }

        Assert.Equal([(lasting, 1), (over, 1)], batch.BatchListeners!);
    }

    private static AcceptedOccurrence Once(string message) =>
        new(new SeriesKey(new EventReporter("RedisOperator"), SampleEvents.Redis, EventType.Normal, "ScaledUp", message, null, null), Noon, Noon, null, null);
}
