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

    private sealed class Told : IEventObserver, IOutcomeListener, IBatchListener
    {
        public List<string> Who { get; } = [];

        void IEventObserver.Settled(EventOutcome outcome, int count) => Who.Add("observer settled");

        void IEventObserver.Failed(EventFailure failure) => Who.Add("observer failed");

        void IOutcomeListener.Settle(EventOutcome outcome) => Who.Add("listener");

        void IBatchListener.Settle(EventOutcome outcome, int count, EventFailure? failure) => Who.Add("flush");
    }
}
