namespace EventRecording.Correlation;

/// <summary>The occurrences of one series that the next write takes.</summary>
internal struct PendingBatch
{
    public int Count;
    public DateTime First;
    public DateTime Last;

    /// <summary>Annotations, labels and the like of the latest occurrence that had any.</summary>
    public Occurrence? Details;

    /// <summary>The message of the latest occurrence: the series of similar events shows it.</summary>
    public string? LatestMessage;

    public TimeSpan? Deadline;
    public bool Deferred;
    public List<(IOutcomeListener Listener, bool IsFirst)>? Listeners;
    public List<IBatchListener>? BatchListeners;

    public void Add(in AcceptedOccurrence occurrence)
    {
        First = Count == 0 || occurrence.First < First ? occurrence.First : First;
        Last = Count == 0 || occurrence.Last > Last ? occurrence.Last : Last;
        LatestMessage = occurrence.Key.Message;
        if (occurrence.Details is { } details)
        {
            Details = details;
            if (details.WriteDeadline is { } deadline && (Deadline is null || deadline > Deadline))
                Deadline = deadline;
        }

        if (occurrence.Listener is { } listener)
            (Listeners ??= []).Add((listener, Count == 0));
        Count++;
    }
}
