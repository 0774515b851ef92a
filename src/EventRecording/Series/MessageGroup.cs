namespace EventRecording;

/// <summary>The series that differ only in their message and were seen within the window of combining.</summary>
internal sealed class MessageGroup(Series founder) : Keyed<MessageGroup>
{
    private Series? _first;

    public override ref readonly SeriesKey Key => ref founder.Key;

    public int Count { get; private set; }

    public void Add(Series series)
    {
        series.Group = this;
        series.NextInGroup = _first;
        _first = series;
        Count++;
    }

    public void Remove(Series series)
    {
        Series? previous = null;
        for (var member = _first; !ReferenceEquals(member, series); member = member!.NextInGroup)
            previous = member;
        Unlink(series, previous);
    }

    public void RemoveUnseenSince(DateTime time)
    {
        Series? previous = null;
        for (var member = _first; member is not null;)
        {
            var next = member.NextInGroup;
            if (member.LastSeen < time)
                Unlink(member, previous);
            else
                previous = member;
            member = next;
        }
    }

    private void Unlink(Series series, Series? previous)
    {
        if (previous is null)
            _first = series.NextInGroup;
        else
            previous.NextInGroup = series.NextInGroup;
        series.Group = null;
        series.NextInGroup = null;
        Count--;
    }
}
