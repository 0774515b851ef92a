namespace EventRecording;

/// <summary>The series that differ only in their message and were seen within the window of combining.</summary>
internal sealed class MessageGroup(Series founder) : Keyed<MessageGroup>
{
    // Mostly one; never more than the threshold of combining.
    private readonly List<Series> _members = new(1);

    public override ref readonly SeriesKey Key => ref founder.Key;

    public int Count => _members.Count;

    public void Add(Series series)
    {
        series.Group = this;
        _members.Add(series);
    }

    public void Remove(Series series)
    {
        series.Group = null;
        _members.Remove(series);
    }

    public void RemoveUnseenSince(DateTime time)
    {
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            if (_members[i].LastSeen < time)
                Remove(_members[i]);
        }
    }
}
