using System.Globalization;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventWaitTests
{
    private static readonly EventQuery Wanted = new() { Reasons = ["Deployed"] };
    private static readonly EventQuery Failure = new() { Reasons = ["BackOff", "Failed*"] };
    private int _version;

    [Fact]
    public void It_is_met_by_the_event_that_is_waited_for_and_by_no_other()
    {
        var wait = new EventWait(Wanted, Failure);

        Assert.Equal(EventWaitState.Waiting, wait.See(Came(Event("Scheduled"))));
        Assert.Equal(EventWaitState.Met, wait.See(Came(Event("Deployed"))));
        Assert.Equal("Deployed", wait.Event!.Reason);
    }

    [Fact]
    public void What_it_cannot_decide_by_is_an_error()
    {
        Assert.Throws<ArgumentException>(() => new EventWait(new EventQuery { LabelSelector = "shift=night" }));
        Assert.Throws<ArgumentException>(() => new EventWait(Wanted, new EventQuery { FieldSelector = "reason=BackOff" }));
        Assert.Throws<ArgumentNullException>(() => new EventWait(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventWait(Wanted, Failure, minCount: 0));
    }

    [Fact]
    public void It_fails_at_the_first_failure()
    {
        Assert.Equal(EventWaitState.Failed, new EventWait(Wanted, Failure).See(Came(Event("FailedMount"))));
        Assert.Equal(EventWaitState.Failed, new EventWait(new EventQuery(), Failure).See(Came(Event("BackOff"))));
        Assert.Equal(EventWaitState.Waiting, new EventWait(Wanted).See(Came(Event("BackOff"))));
    }

    [Fact]
    public void Failures_are_counted_by_reason_and_object_over_all_events_that_tell_them()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 3);

        Assert.Equal(EventWaitState.Waiting, wait.See(Came(Event("BackOff", count: 2))));
        Assert.Equal(EventWaitState.Waiting, wait.See(Came(Event("BackOff", count: 2, about: "web-1"))));
        Assert.Equal(EventWaitState.Waiting, wait.See(Came(Event("FailedMount", count: 2))));
        Assert.Equal(EventWaitState.Failed, wait.See(Came(Event("BackOff", uid: "another"))));
        Assert.Equal(EventWaitState.Failed, wait.See(Came(Event("FailedMount", count: 3))));
    }

    [Fact]
    public void The_same_step_of_an_event_counts_once()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 2);
        var step = Event("BackOff");

        Assert.Equal(EventWaitState.Waiting, wait.See(Came(step)));
        Assert.Equal(EventWaitState.Waiting, wait.See(Came(step)));
        Assert.Equal(EventWaitState.Failed, wait.See(Came(Event("BackOff", count: 2))));
    }

    [Theory]
    [InlineData(50, 5, EventWaitState.Met, "Deployed")]
    [InlineData(5, 50, EventWaitState.Failed, "BackOff")]
    public void Of_what_is_there_the_latest_decides_in_whatever_order_it_comes(int failed, int deployed, EventWaitState state, string reason)
    {
        KubeEvent[] there = [Event("BackOff", ago: failed), Event("BackOff", ago: 55, about: "web-1"), Event("Deployed", ago: deployed), Event("Deployed", ago: 58, uid: "old"), Event("Scheduled", ago: 1)];
        foreach (var order in new[] { there, Enumerable.Reverse(there).ToArray() })
        {
            var wait = new EventWait(Wanted, Failure);
            foreach (var item in order)
                wait.Hold(item);

            Assert.Equal((EventWaitState.Waiting, "Scheduled"), (wait.State, wait.Event?.Reason));
            Assert.Equal(state, wait.Settle());
            Assert.Equal((state, reason, Math.Min(failed, deployed)), (wait.State, wait.Event?.Reason, Ago(wait.Event)));
        }
    }

    [Fact]
    public void Failures_that_are_there_are_counted_with_those_that_come_and_the_latest_that_was_seen_is_known()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 4);
        wait.Hold(Event("BackOff", count: 2, ago: 3));
        wait.Hold(Event("BackOff", ago: 2, uid: "another"));
        wait.Hold(Event("Scheduled", ago: 30));

        Assert.Equal(EventWaitState.Waiting, wait.Settle());
        Assert.Equal("another", wait.Event?.Uid?[..7]);
        Assert.Equal(EventWaitState.Failed, wait.See(Came(Event("BackOff", ago: 1, uid: "a third"))));
    }

    [Fact]
    public void What_was_there_before_counts_only_for_what_is_added()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 2);
        var old = Event("BackOff", count: 40);
        wait.Ignore(old);
        wait.Ignore(Event("Deployed", uid: "old"));

        Assert.Equal(EventWaitState.Waiting, wait.See(Came(old)));
        Assert.Null(wait.Event);
        Assert.Equal(EventWaitState.Waiting, wait.See(Came(Event("BackOff", count: 41))));
        Assert.Equal(EventWaitState.Failed, wait.See(Came(Event("BackOff", count: 42))));
        Assert.Equal(EventWaitState.Met, wait.See(Came(Event("Deployed", uid: "old", count: 2))));
    }

    [Fact]
    public void What_expired_and_is_made_anew_counts_only_for_what_is_added()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 2);
        wait.Ignore(Event("BackOff", count: 40));

        Assert.Equal(EventWaitState.Waiting, wait.See(Came(Event("BackOff", count: 41) with { Uid = "anew" })));
        Assert.Equal(EventWaitState.Failed, wait.See(Came(Event("BackOff", count: 42) with { Uid = "anew" })));
    }

    [Fact]
    public void What_is_deleted_did_not_come()
    {
        var wait = new EventWait(Wanted, Failure);
        var done = Event("Deployed");
        wait.Ignore(done);

        // A deletion has a version of its own.
        Assert.Equal(EventWaitState.Waiting, wait.See(new WatchedEvent(EventChange.Deleted, Event("Deployed"))));
        Assert.Equal(EventWaitState.Waiting, wait.See(new WatchedEvent(EventChange.Deleted, Event("BackOff"))));
        Assert.Null(wait.Event);
        Assert.Equal(EventWaitState.Met, wait.See(Came(Event("Deployed"))));
    }

    [Fact]
    public void A_failure_that_was_not_seen_before_happened_once_when_it_is_counted_up()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 2);

        Assert.Equal(EventWaitState.Waiting, wait.See(new WatchedEvent(EventChange.Modified, Event("BackOff", count: 40))));
        Assert.Equal(EventWaitState.Failed, wait.See(new WatchedEvent(EventChange.Modified, Event("BackOff", count: 41))));
    }

    [Fact]
    public void Of_what_is_there_an_event_counts_once_in_the_step_that_came_last()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 5);
        wait.Hold(Event("BackOff", count: 3, ago: 1));
        wait.Hold(Event("BackOff", count: 4));

        Assert.Equal(EventWaitState.Waiting, wait.Settle());
        Assert.Equal(EventWaitState.Failed, wait.See(new WatchedEvent(EventChange.Modified, Event("BackOff", count: 5))));
    }

    [Fact]
    public void Of_failures_without_an_end_only_the_latest_are_kept_and_a_count_is_whole_all_the_same()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 3);
        wait.See(Came(Event("BackOff", count: 2)));
        wait.See(Came(Event("BackOff", count: 2, about: "web-1")));
        for (var i = 0; i < EventWait.MostFailures; i++)
            Assert.Equal(EventWaitState.Waiting, wait.See(Came(Event("BackOff", about: $"other-{i}"))));

        Assert.Equal(EventWaitState.Waiting, wait.See(Came(Event("BackOff", uid: "another"))));
        Assert.Equal(EventWaitState.Failed, wait.See(Came(Event("BackOff", count: 3, about: "web-1"))));
    }

    private KubeEvent Event(string reason, int count = 1, string uid = "e", string about = "web-0", int ago = 0) => SampleEvents.ScaledUp with
    {
        LastTimestamp = SampleEvents.Noon.AddMinutes(-ago),
        Name = uid + reason + about,
        Uid = uid + reason + about,
        ResourceVersion = (++_version).ToString(CultureInfo.InvariantCulture),
        Reason = reason,
        CoreCount = count,
        InvolvedObject = new ObjectReference { Kind = "Pod", Name = about, Namespace = "wire" },
    };

    private static WatchedEvent Came(KubeEvent item) => new(EventChange.Added, item);

    private static int Ago(KubeEvent? item) => (int)(SampleEvents.Noon - item!.LastSeen!.Value).TotalMinutes;
}
