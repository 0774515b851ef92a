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

        Assert.Equal(EventWaitState.Waiting, wait.See(Event("Scheduled")));
        Assert.Equal(EventWaitState.Met, wait.See(Event("Deployed")));
        Assert.Equal("Deployed", wait.Last!.Reason);
    }

    [Fact]
    public void It_fails_at_the_first_failure()
    {
        Assert.Equal(EventWaitState.Failed, new EventWait(Wanted, Failure).See(Event("FailedMount")));
        Assert.Equal(EventWaitState.Failed, new EventWait(new EventQuery(), Failure).See(Event("BackOff")));
        Assert.Equal(EventWaitState.Waiting, new EventWait(Wanted).See(Event("BackOff")));
    }

    [Fact]
    public void Failures_are_counted_by_reason_and_object_over_all_events_that_tell_them()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 3);

        Assert.Equal(EventWaitState.Waiting, wait.See(Event("BackOff", count: 2)));
        Assert.Equal(EventWaitState.Waiting, wait.See(Event("BackOff", count: 2, about: "web-1")));
        Assert.Equal(EventWaitState.Waiting, wait.See(Event("FailedMount", count: 2)));
        Assert.Equal(EventWaitState.Failed, wait.See(Event("BackOff", uid: "another")));
        Assert.Equal(EventWaitState.Failed, wait.See(Event("FailedMount", count: 3)));
    }

    [Fact]
    public void The_same_step_of_an_event_counts_once()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 2);
        var step = Event("BackOff");

        Assert.Equal(EventWaitState.Waiting, wait.See(step));
        Assert.Equal(EventWaitState.Waiting, wait.See(step));
        Assert.Equal(EventWaitState.Failed, wait.See(Event("BackOff", count: 2)));
    }

    [Fact]
    public void What_was_there_before_counts_only_for_what_is_added()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 2);
        var old = Event("BackOff", count: 40);
        wait.Ignore(old);
        wait.Ignore(Event("Deployed", uid: "old"));

        Assert.Equal(EventWaitState.Waiting, wait.See(old));
        Assert.Null(wait.Last);
        Assert.Equal(EventWaitState.Waiting, wait.See(Event("BackOff", count: 41)));
        Assert.Equal(EventWaitState.Failed, wait.See(Event("BackOff", count: 42)));
        Assert.Equal(EventWaitState.Met, wait.See(Event("Deployed", uid: "old", count: 2)));
    }

    [Fact]
    public void Of_failures_without_an_end_only_the_latest_are_kept_and_a_count_is_whole_all_the_same()
    {
        var wait = new EventWait(Wanted, Failure, minCount: 3);
        wait.See(Event("BackOff", count: 2));
        wait.See(Event("BackOff", count: 2, about: "web-1"));
        for (var i = 0; i < EventWait.MostFailures; i++)
            Assert.Equal(EventWaitState.Waiting, wait.See(Event("BackOff", about: $"other-{i}")));

        Assert.Equal(EventWaitState.Waiting, wait.See(Event("BackOff", uid: "another")));
        Assert.Equal(EventWaitState.Failed, wait.See(Event("BackOff", count: 3, about: "web-1")));
    }

    private KubeEvent Event(string reason, int count = 1, string uid = "e", string about = "web-0") => SampleEvents.ScaledUp with
    {
        Uid = uid + reason + about,
        ResourceVersion = (++_version).ToString(CultureInfo.InvariantCulture),
        Reason = reason,
        CoreCount = count,
        InvolvedObject = new ObjectReference { Kind = "Pod", Name = about, Namespace = "wire" },
    };
}
