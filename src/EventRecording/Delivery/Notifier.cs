using System.Collections.Concurrent;

namespace EventRecording;

/// <summary>Tells counters, the observers, and whoever waits what became of occurrences.</summary>
internal sealed class Notifier(IReadOnlyList<IEventObserver> observers, OutcomeCounters counters)
{
    // Namespaces come and go, and what is said of them must not fill the memory.
    private const int MostSaid = 1_000;

    private readonly WatchedObserver[] _observers = [.. observers.Select(observer => new WatchedObserver(observer))];
    private readonly ConcurrentDictionary<string, bool> _said = new();

    [ThreadStatic]
    private static HashSet<Notifier>? _tellingOfRejection;

    public void Accepted(in AcceptedOccurrence occurrence)
    {
        if (_observers.Length > 0)
            Tell(occurrence.Key.Source, occurrence.Key.ToOccurrence(occurrence.First, occurrence.Last, occurrence.Details), occurrence.Count);
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
        var failure = outcome.Kind is EventOutcomeKind.Refused or EventOutcomeKind.Failed or EventOutcomeKind.Unknown ? Failure(key, batch, outcome) : null;
        var created = outcome.Kind == EventOutcomeKind.Created ? 1 : 0;
        if (created > 0)
            Settle(outcome, 1, null);
        if (batch.Count - created - repeats is var others and > 0)
            Settle(created > 0 ? outcome with { Kind = EventOutcomeKind.Counted } : outcome, others, failure);
        if (repeats > 0)
            Settle(outcome with { Kind = EventOutcomeKind.Unchanged }, repeats, null);

        // After the observers: who has waited for an outcome may ask them about it at once.
        if (batch.Listeners is { } listeners)
            Tell(listeners, batch, outcome);
        if (batch.BatchListeners is { } batchListeners)
            Tell(batchListeners, outcome, failure);
    }

    /// <summary>A file of the spool cannot be read: of its occurrences only the number is known.</summary>
    public void Damaged(int count, SpoolException error, IBatchListener listener)
    {
        var outcome = new EventOutcome { Kind = EventOutcomeKind.Failed, Error = error, WasSpooled = true };
        var failure = new EventFailure(EventFailureKind.Failed, new EventReporter(""), null, count, error) { WasSpooled = true };
        Settle(outcome, count, failure);
        listener.Settle(outcome, count, failure);
    }

    public void Rejected(EventReporter source, Occurrence? occurrence, Exception error)
    {
        counters.Rejected();
        // An observer that records what it is told of may be rejected as well, and so on without end.
        var telling = _tellingOfRejection ??= [];
        if (!telling.Add(this))
            return;
        foreach (var observer in _observers)
            observer.TellCaller(told => told.Failed(new EventFailure(EventFailureKind.Rejected, source, occurrence, 1, error)));
        telling.Remove(this);
    }

    public void Retrying(in SeriesKey key, in PendingBatch batch, int attempts, TimeSpan delay, Exception error)
    {
        if (_observers.Length == 0)
            return;
        var retry = new EventRetry(key.Source, Latest(key, batch), batch.Count, attempts, delay, error);
        Tell(observer => observer.Retrying(retry));
    }

    /// <summary>Tells each observer on a thread of its own: nothing comes after it, and one of them may keep its thread.</summary>
    public Task TellLostAsync(long count) =>
        Task.WhenAll(_observers.Select(observer => Task.Run(() => observer.Tell(told => told.LostAtExit(count)))));

    /// <param name="warning">What does not work as it should.</param>
    /// <param name="subject">What it is about, where its words change; default: the warning itself.</param>
    public void WarnOnce(string warning, string? subject = null) => Once(subject ?? warning, observer => observer.Warned(warning));

    /// <param name="notice">What is worth knowing.</param>
    /// <param name="subject">What it is about, where its words change; default: the notice itself.</param>
    public void NoticeOnce(string notice, string? subject = null) => Once(subject ?? notice, observer => observer.Noticed(notice));

    /// <summary>How many calls the observers have returned from.</summary>
    public long Returns => _observers.Sum(static observer => observer.Returns);

    /// <summary>The observers that are in a call now, to see later which of them are in it still.</summary>
    public long?[] Busy() => Array.ConvertAll(_observers, static observer => observer.ReturnsWhileBusy);

    /// <summary>Finds those that are in the same call since, which are told nothing more.</summary>
    /// <returns>The name of one of them.</returns>
    public string? FindStuck(long?[] busy)
    {
        string? stuck = null;
        for (var i = 0; i < busy.Length; i++)
        {
            if (_observers[i].IsStuckSince(busy[i]))
                stuck = _observers[i].Name;
        }

        return stuck;
    }

    private void Once(string subject, Action<IEventObserver> tell)
    {
        if (_said.ContainsKey(subject))
            return;
        // Said once more rather than never: what comes late may matter most.
        if (_said.Count >= MostSaid)
            _said.Clear();
        if (_said.TryAdd(subject, true))
            Tell(tell);
    }

    private static void Tell(List<(IOutcomeListener Listener, BatchPosition Place)> listeners, in PendingBatch batch, EventOutcome outcome)
    {
        foreach (var (listener, place) in listeners)
            listener.Settle(At(place, batch, outcome));
    }

    private static void Tell(List<(IBatchListener Listener, int Count)> listeners, EventOutcome outcome, EventFailure? failure)
    {
        foreach (var (listener, count) in listeners)
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

    private void Settle(EventOutcome outcome, int count, EventFailure? failure)
    {
        counters.Settled(outcome, count);
        if (_observers.Length > 0)
            Tell(outcome, count, failure);
    }

    private void Tell(EventReporter source, Occurrence occurrence, int count) => Tell(observer => observer.Accepted(source, occurrence, count));

    private void Tell(EventOutcome outcome, int count, EventFailure? failure) => Tell(observer =>
    {
        observer.Settled(outcome, count);
        if (failure is not null)
            observer.Failed(failure);
    });

    private void Tell(Action<IEventObserver> tell)
    {
        foreach (var observer in _observers)
            observer.Tell(tell);
    }
}
