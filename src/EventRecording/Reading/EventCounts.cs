namespace EventRecording;

/// <summary>Knows what events counted: those that were seen last, of so many at most.</summary>
internal sealed class EventCounts(int capacity)
{
    private readonly Dictionary<Key, LinkedListNode<Known>> _known = [];
    private readonly LinkedList<Known> _longestAgoFirst = new();

    /// <summary>How often it happened since it was seen before.</summary>
    public int GrowthOf(WatchedEvent watched)
    {
        var item = watched.Event;
        if (_known.TryGetValue(Key.Of(item), out var node) && node.Value.Count <= item.Count && (watched.Change == EventChange.Modified || IsMadeAnew(item, node.Value)))
            return item.Count - node.Value.Count;
        // What an event counted before it was seen, nobody knows.
        return watched.Change == EventChange.Modified ? 1 : item.Count;
    }

    public void Set(KubeEvent item)
    {
        var known = new Known(Key.Of(item), item.FirstSeen, item.Count);
        if (_known.Remove(known.Key, out var before))
            _longestAgoFirst.Remove(before);
        _known[known.Key] = _longestAgoFirst.AddLast(known);
        if (_known.Count <= capacity)
            return;
        _known.Remove(_longestAgoFirst.First!.Value.Key);
        _longestAgoFirst.RemoveFirst();
    }

    // A writer whose event expired makes it again, with its name, its first time and all that it counted.
    private static bool IsMadeAnew(KubeEvent item, Known known) => item.FirstSeen == known.FirstSeen;

    // With names in place of uids, what was made anew is found.
    private readonly record struct Key(string? Context, string? Namespace, string? Name)
    {
        public static Key Of(KubeEvent it) => new(it.Context, it.Namespace, it.Name);
    }

    private sealed record Known(Key Key, DateTimeOffset? FirstSeen, int Count);
}
