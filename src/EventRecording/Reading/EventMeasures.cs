namespace EventRecording;

/// <summary>Groups events as they come and adds up each group; memory grows with the number of groups only.</summary>
/// <param name="grouping">What to group by.</param>
public sealed class EventMeasures(EventGrouping grouping)
{
    private readonly Dictionary<Key, EventMeasure> _groups = [];

    /// <summary>Adds an event to its group.</summary>
    public void Add(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var key = KeyOf(item);
        var group = _groups.GetValueOrDefault(key) ?? Begin(key, item);
        _groups[key] = group with
        {
            Count = group.Count + item.Count,
            Events = group.Events + 1,
            First = Earliest(group.First, item.FirstSeen),
            Last = Latest(group.Last, item.LastSeen),
        };
    }

    /// <summary>The groups so far, what happened most often first.</summary>
    public IReadOnlyList<EventMeasure> ToList() =>
        [.. _groups.Values.OrderByDescending(it => it.Count).ThenByDescending(it => it.Last)];

    private static EventMeasure Begin(Key key, KubeEvent item) => new()
    {
        Type = key.Type,
        Reason = key.Reason,
        Source = key.Source,
        Object = key.Object is null ? null : item.InvolvedObject with { Uid = null, ResourceVersion = null, FieldPath = null },
    };

    private Key KeyOf(KubeEvent item) => new(
        grouping.HasFlag(EventGrouping.Type) ? item.Type ?? "" : null,
        grouping.HasFlag(EventGrouping.Reason) ? item.Reason ?? "" : null,
        grouping.HasFlag(EventGrouping.Object) ? KeyOf(item.InvolvedObject) : null,
        grouping.HasFlag(EventGrouping.Source) ? item.Source ?? "" : null);

    private static (string, string?, string?, string?) KeyOf(ObjectReference it) => (it.ApiGroup, it.Kind, it.Namespace, it.Name);

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private readonly record struct Key(string? Type, string? Reason, (string Group, string? Kind, string? Namespace, string? Name)? Object, string? Source);
}
