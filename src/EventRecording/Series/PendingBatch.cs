namespace EventRecording;

/// <summary>The occurrences of one series that the next write takes.</summary>
internal struct PendingBatch
{
    public int Count;
    public DateTime First;
    public DateTime Last;

    /// <summary>Annotations, labels and the like; of each the latest.</summary>
    public Occurrence? Details;

    /// <summary>The message of the latest occurrence: an event of several messages shows it.</summary>
    public string? LatestMessage;

    /// <summary>What is recorded on change; <see langword="null"/> in other series.</summary>
    public ValueChanges? Values;

    /// <summary>The annotations of all occurrences do not fit on one event: the older ones were left out.</summary>
    public bool AnnotationsCut;

    public bool Deferred;
    public List<(IOutcomeListener Listener, BatchPosition Place)>? Listeners;

    /// <summary>Who waits for how many of these occurrences: more may join the batch after somebody asked.</summary>
    public List<(IBatchListener Listener, int Count)>? BatchListeners;

    // Zero where none has one.
    private TimeSpan _longestDeadline;
    private bool _someHaveNoDeadline;

    /// <summary>How long the write may be tried: as long as any of its occurrences may.</summary>
    public readonly TimeSpan DeadlineOr(TimeSpan usual) =>
        _longestDeadline > TimeSpan.Zero && (!_someHaveNoDeadline || _longestDeadline > usual) ? _longestDeadline : usual;

    /// <summary>Occurrences that the event counts.</summary>
    public readonly int Changes => Count - (Values?.Repeats ?? 0);

    /// <summary>It may be written by a later process: a value that comes late would hide a newer one.</summary>
    public readonly bool MayComeLate => Values is null;

    public void Add(in AcceptedOccurrence occurrence)
    {
        if (occurrence.Repeats is { } repeated)
        {
            Take(occurrence);
            AddRepeats(repeated.Batch);
            return;
        }

        var place = Place(occurrence.Details?.OnChange);
        if (place != BatchPosition.Repeat)
            Take(occurrence);

        var deadline = occurrence.Details?.WriteDeadline;
        _someHaveNoDeadline |= deadline is null;
        TakeDeadline(deadline);
        if (occurrence.Listener is { } listener)
            (Listeners ??= []).Add((listener, place));
        Count++;
    }

    public void AddBatchListener(IBatchListener listener, int count)
    {
        // Mostly one flush waits.
        BatchListeners ??= new(1);
        for (var i = 0; i < BatchListeners.Count; i++)
        {
            var (other, covered) = BatchListeners[i];
            var isSame = ReferenceEquals(other, listener);
            // Who flushes again and again while nothing is written must not be waited for as often.
            if (!isSame && !other.IsOver)
                continue;
            BatchListeners[i] = (listener, isSame ? covered + count : count);
            return;
        }

        BatchListeners.Add((listener, count));
    }

    private void AddRepeats(in PendingBatch repeats)
    {
        AnnotationsCut |= repeats.AnnotationsCut;
        _someHaveNoDeadline |= repeats._someHaveNoDeadline;
        TakeDeadline(repeats._longestDeadline);
        Count += repeats.Count;
        if (repeats.BatchListeners is null)
            return;
        foreach (var (listener, count) in repeats.BatchListeners)
            AddBatchListener(listener, count);
    }

    private void TakeDeadline(TimeSpan? deadline)
    {
        if (deadline > _longestDeadline)
            _longestDeadline = deadline.Value;
    }

    private BatchPosition Place(string? value)
    {
        if (Count > 0)
            return value is null ? BatchPosition.Later : Values!.Add(ValueMark.Of(value));
        if (value is not null)
            Values = new ValueChanges(ValueMark.Of(value));
        return BatchPosition.First;
    }

    private void Take(in AcceptedOccurrence occurrence)
    {
        First = Count == 0 || occurrence.First < First ? occurrence.First : First;
        Last = Count == 0 || occurrence.Last > Last ? occurrence.Last : Last;
        LatestMessage = occurrence.Key.Message;
        if (Values is not null)
            Values.Type = occurrence.Key.Type;
        if (occurrence.Details is { } details)
            Details = Details is null ? details : OccurrenceDetails.Merge(Details, details, ref AnnotationsCut);
    }
}
