namespace EventRecording;

/// <summary>Decides which messages keep a series of their own and which are combined.</summary>
internal sealed class SimilarMessages(CombiningOptions options)
{
    private readonly KeyIndex<MessageGroup> _groups = new(KeyScope.Similar);

    /// <summary>The series is one of the distinct ones of its group, and was seen within the window.</summary>
    public bool Keeps(Series series, DateTime now) => series.Group is not null && now - series.LastSeen <= options.Window;

    /// <summary>One more message may have a series of its own.</summary>
    public bool HasRoom(in SeriesKey key, DateTime now) =>
        _groups.Find(key) is not { } group || group.RemoveUnseenSince(now - options.Window) < options.Threshold - 1;

    public void Add(Series series)
    {
        if (_groups.Find(series.Key) is not { } group)
            _groups.Add(group = new MessageGroup(series));
        group.Add(series);
    }

    public void Remove(Series series)
    {
        if (series.Group is not { } group)
            return;
        group.Remove(series);
        if (group.IsEmpty)
            _groups.Remove(group);
    }
}
