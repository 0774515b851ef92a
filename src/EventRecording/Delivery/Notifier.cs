using System.Collections.Concurrent;

namespace EventRecording;

/// <summary>Tells counters, the observers, and whoever waits what became of occurrences.</summary>
internal sealed class Notifier(IReadOnlyList<IEventObserver> observers, OutcomeCounters counters)
{
    private readonly ConcurrentDictionary<string, bool> _said = new();

    public void Accepted(in AcceptedOccurrence occurrence)
    {
        if (observers.Count == 0)
            return;
        var (source, full) = (occurrence.Key.Source, occurrence.Key.ToOccurrence(occurrence.First, occurrence.Last, occurrence.Details));
        for (var i = occurrence.Count; i > 0; i--)
            Tell(observer => observer.Accepted(source, full));
    }

    public void Settled(in SeriesKey key, in PendingBatch batch, WriteResult result, int attempts, bool wasSpooled = false)
    {
        var outcome = new EventOutcome
        {
            Kind = result.Outcome!.Value,
            Event = result.Event,
            Error = result.Error,
            Combined = key.Kind == SeriesKind.Combined,
            Deferred = batch.Deferred,
            WasSpooled = wasSpooled,
            Attempts = attempts,
        };
        var repeats = outcome.WasWritten ? batch.Count - batch.Changes : 0;
        counters.Settled(outcome, batch.Count - repeats);
        if (repeats > 0)
            counters.Settled(outcome with { Kind = EventOutcomeKind.Unchanged }, repeats);

        var failure = outcome.Kind is EventOutcomeKind.Refused or EventOutcomeKind.Failed or EventOutcomeKind.Unknown ? Failure(key, batch, outcome) : null;
        if (observers.Count > 0)
        {
            Tell(outcome, batch.Count - repeats, failure);
            if (repeats > 0)
                Tell(outcome with { Kind = EventOutcomeKind.Unchanged }, repeats, null);
        }

        // After the observers: who has waited for an outcome may ask them about it at once.
        if (batch.Listeners is not null || batch.BatchListeners is not null)
            Tell(batch, outcome, failure);
    }

    /// <summary>A file of the spool cannot be read: of its occurrences only the number is known.</summary>
    public void Damaged(int count, SpoolException error, IBatchListener listener)
    {
        var outcome = new EventOutcome { Kind = EventOutcomeKind.Failed, Error = error, WasSpooled = true };
        var failure = new EventFailure(EventFailureKind.Failed, new EventReporter(""), null, count, error) { WasSpooled = true };
        counters.Settled(outcome, count);
        Tell(outcome, count, failure);
        listener.Settle(outcome, count, failure);
    }

    public void Rejected(EventReporter source, Occurrence? occurrence, Exception error)
    {
        counters.Rejected();
        if (observers.Count > 0)
            Tell(observer => observer.Failed(new EventFailure(EventFailureKind.Rejected, source, occurrence, 1, error)));
    }

    public void Retrying(in SeriesKey key, in PendingBatch batch, int attempts, TimeSpan delay, Exception error)
    {
        if (observers.Count == 0)
            return;
        var retry = new EventRetry(key.Source, Latest(key, batch), batch.Count, attempts, delay, error);
        Tell(observer => observer.Retrying(retry));
    }

    public void LostAtExit(long count) => Tell(observer => observer.LostAtExit(count));

    public void WarnOnce(string warning) => Once(warning, observer => observer.Warned(warning));

    /// <param name="notice">What is worth knowing.</param>
    /// <param name="subject">What it is about, where its words change; default: the notice itself.</param>
    public void NoticeOnce(string notice, string? subject = null) => Once(subject ?? notice, observer => observer.Noticed(notice));

    private void Once(string subject, Action<IEventObserver> tell)
    {
        if (_said.TryAdd(subject, true))
            Tell(tell);
    }

    private static void Tell(in PendingBatch batch, EventOutcome outcome, EventFailure? failure)
    {
        foreach (var (listener, place) in batch.Listeners ?? [])
            listener.Settle(At(place, batch, outcome));
        foreach (var (listener, count) in batch.BatchListeners ?? [])
            listener.Settle(outcome, count, failure);
    }

    private static EventOutcome At(BatchPosition place, in PendingBatch batch, EventOutcome outcome)
    {
        if (!outcome.WasWritten)
            return outcome;
        if (batch.Values?.IsRepeat(place) == true)
            return outcome with { Kind = EventOutcomeKind.Unchanged };
        return place == BatchPosition.First || outcome.Kind == EventOutcomeKind.Counted ? outcome : outcome with { Kind = EventOutcomeKind.Counted };
    }

    private static EventFailure Failure(in SeriesKey key, in PendingBatch batch, EventOutcome outcome)
    {
        var kind = outcome.Kind switch
        {
            EventOutcomeKind.Refused => EventFailureKind.Refused,
            EventOutcomeKind.Unknown => EventFailureKind.Unknown,
            _ => EventFailureKind.Failed,
        };
        return new EventFailure(kind, key.Source, Latest(key, batch), batch.Count, outcome.Error!) { WasSpooled = outcome.WasSpooled };
    }

    private static Occurrence Latest(in SeriesKey key, in PendingBatch batch)
    {
        var latest = key.ToOccurrence(batch.First, batch.Last, batch.Details);
        return key.Kind == SeriesKind.Distinct ? latest : latest with { Type = batch.Values?.Type ?? key.Type, Message = batch.LatestMessage ?? "" };
    }

    private void Tell(EventOutcome outcome, int count, EventFailure? failure) => Tell(observer =>
    {
        observer.Settled(outcome, count);
        if (failure is not null)
            observer.Failed(failure);
    });

    private void Tell(Action<IEventObserver> tell)
    {
        foreach (var observer in observers)
        {
            try
            {
                tell(observer);
            }
#pragma warning disable CA1031 // An observer's trouble is not the recorder's.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }
}
