namespace EventRecording;

/// <summary>An occurrence on its way to its series.</summary>
/// <param name="Key">The series it belongs to, before combining.</param>
/// <param name="First">When it first happened.</param>
/// <param name="Last">When it happened.</param>
/// <param name="Details">Annotations, labels and the like; <see langword="null"/> where there are none.</param>
/// <param name="Listener">Who waits for the outcome.</param>
/// <param name="Repeats">Stands for all of these; <see langword="null"/> for one occurrence.</param>
internal readonly record struct AcceptedOccurrence(SeriesKey Key, DateTime First, DateTime Last, Occurrence? Details, IOutcomeListener? Listener, RepeatedOccurrence? Repeats = null)
{
    public int Count => Repeats?.Batch.Count ?? 1;

    /// <summary>The series: what is recorded on change never shares a batch with what is not.</summary>
    public SeriesKey SeriesKey => Details?.OnChange is null ? Key : Key.AsOnChange();
}

/// <summary>Occurrences with one key that were counted together before the loop took them; nobody waits for one of them.</summary>
internal sealed class RepeatedOccurrence(in SeriesKey key) : Keyed<RepeatedOccurrence>
{
    private readonly SeriesKey _key = key;

    public PendingBatch Batch;

    /// <summary>Grows from each occurrence to the next, of whichever key.</summary>
    public long LatestNumber { get; set; }

    public override ref readonly SeriesKey Key => ref _key;

    public AcceptedOccurrence ToAccepted() => new(_key, Batch.First, Batch.Last, Batch.Details, null, this);
}

/// <summary>Waits for the outcome of one occurrence.</summary>
internal interface IOutcomeListener
{
    void Settle(EventOutcome outcome);
}

/// <summary>Waits for the outcome of all that was accepted when it asked.</summary>
internal interface IBatchListener
{
    /// <summary>It waits no longer.</summary>
    bool IsOver => false;

    /// <summary>So many of the occurrences that it waits for have this outcome.</summary>
    void Settle(EventOutcome outcome, int count, EventFailure? failure);
}
