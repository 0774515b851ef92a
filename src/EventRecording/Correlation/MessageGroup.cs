namespace EventRecording.Correlation;

/// <summary>The series that differ only in their message and were seen within the window of combining.</summary>
internal sealed class MessageGroup
{
    private Series? _first;

    public int Count { get; private set; }

    public void Add(Series series)
    {
        series.Group = this;
        series.NextInGroup = _first;
        _first = series;
        Count++;
    }

    public void Remove(Series series) => RemoveWhere(member => ReferenceEquals(member, series));

    public void RemoveUnseenSince(DateTime time) => RemoveWhere(member => member.LastSeen < time);

    private void RemoveWhere(Func<Series, bool> leaves)
    {
        Series? kept = null;
        for (var member = _first; member is not null;)
        {
            var next = member.NextInGroup;
            if (!leaves(member))
            {
                kept = member;
            }
            else
            {
                if (kept is null)
                    _first = next;
                else
                    kept.NextInGroup = next;
                member.Group = null;
                member.NextInGroup = null;
                Count--;
            }

            member = next;
        }
    }
}
