namespace EventRecording;

/// <summary>The series that differ only in their message and were seen within the window of combining.</summary>
internal sealed class MessageGroup(Series founder) : Keyed<MessageGroup>
{
    // The others follow by NextInGroup: mostly there is one, and never more than the threshold of combining.
    private Series? _first;

    public override ref readonly SeriesKey Key => ref founder.Key;

    public bool IsEmpty => _first is null;

    public void Add(Series series)
    {
        series.Group = this;
        series.NextInGroup = _first;
        _first = series;
    }

    public void Remove(Series series)
    {
        ref var place = ref _first;
        while (!ReferenceEquals(place, series))
            place = ref place!.NextInGroup;
        place = series.NextInGroup;
        series.NextInGroup = null;
        series.Group = null;
    }

    /// <summary>Removes those that were not seen from then on.</summary>
    /// <returns>How many are left.</returns>
    public int RemoveUnseenSince(DateTime time)
    {
        var count = 0;
        for (Series? member = _first, next; member is not null; member = next)
        {
            next = member.NextInGroup;
            if (member.LastSeen < time)
                Remove(member);
            else
                count++;
        }

        return count;
    }
}
