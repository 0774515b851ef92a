using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

public class NotifierTests
{
    [Fact]
    public void Observers_hear_of_an_outcome_before_whoever_waits_for_it()
    {
        var told = new Told();
        var key = new SeriesKey(new EventReporter("RedisOperator"), SampleEvents.Redis, EventType.Normal, "ScaledUp", "replicas set to 3", null, null);
        var noon = SampleEvents.Noon.UtcDateTime;
        var batch = default(PendingBatch);
        batch.Add(new AcceptedOccurrence(key, noon, noon, null, told));
        batch.AddBatchListener(told, 1);

        new Notifier([told], new OutcomeCounters()).Settled(key, batch, WriteResult.Refused(ApiErrors.Of(403)), attempts: 1);

        Assert.Equal(["observer settled", "observer failed", "listener", "flush"], told.Who);
    }

    [Fact]
    public void What_is_accepted_costs_nothing_where_nobody_observes()
    {
        var notifier = new Notifier([], new OutcomeCounters());
        var key = new SeriesKey(new EventReporter("RedisOperator"), SampleEvents.Redis, EventType.Normal, "ScaledUp", "replicas set to 3", null, null);
        var occurrence = new AcceptedOccurrence(key, SampleEvents.Noon.UtcDateTime, SampleEvents.Noon.UtcDateTime, null, null);
        notifier.Accepted(occurrence);

        var before = GC.GetAllocatedBytesForCurrentThread();
        notifier.Accepted(occurrence);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Warnings_without_an_end_are_told_and_do_not_fill_the_memory()
    {
        var observer = new CollectingObserver();
        var notifier = new Notifier([observer], new OutcomeCounters());

        for (var i = 0; i < 3_000; i++)
            notifier.WarnOnce($"warning {i}");
        notifier.WarnOnce("warning 2999");
        Assert.Equal(3_000, observer.Warnings.Count);

        notifier.WarnOnce("warning 0");
        Assert.Equal(3_001, observer.Warnings.Count);
    }

    private sealed class Told : IEventObserver, IOutcomeListener, IBatchListener
    {
        public List<string> Who { get; } = [];

        void IEventObserver.Settled(EventOutcome outcome, int count) => Who.Add("observer settled");

        void IEventObserver.Failed(EventFailure failure) => Who.Add("observer failed");

        void IOutcomeListener.Settle(EventOutcome outcome) => Who.Add("listener");

        void IBatchListener.Settle(EventOutcome outcome, int count, EventFailure? failure) => Who.Add("flush");
    }
}
