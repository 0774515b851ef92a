namespace EventRecording;

/// <summary>An occurrence on its way to its series.</summary>
/// <param name="Key">The series it belongs to, before combining.</param>
/// <param name="First">When it first happened.</param>
/// <param name="Last">When it happened.</param>
/// <param name="Details">Annotations, labels and the like; <see langword="null"/> where there are none.</param>
/// <param name="Listener">Who waits for the outcome.</param>
internal readonly record struct AcceptedOccurrence(SeriesKey Key, DateTime First, DateTime Last, Occurrence? Details, IOutcomeListener? Listener);

/// <summary>Waits for the outcome of one occurrence.</summary>
internal interface IOutcomeListener
{
    void Settle(EventOutcome outcome);
}

/// <summary>Waits for the outcome of all that was accepted when it asked.</summary>
internal interface IBatchListener
{
    /// <summary>So many of the occurrences that it waits for have this outcome.</summary>
    void Settle(EventOutcome outcome, int count, EventFailure? failure);
}
