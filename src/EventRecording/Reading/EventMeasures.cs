using System.Collections.ObjectModel;

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
            Contexts = item.Context is null || group.Contexts.Contains(item.Context) ? group.Contexts : new NameList([.. group.Contexts.Append(item.Context).Order(StringComparer.Ordinal)]),
        };
    }

    /// <summary>The groups so far, what happened most often first.</summary>
    public IReadOnlyList<EventMeasure> ToList() =>
        [.. _groups.Values.OrderByDescending(it => it.Count).ThenByDescending(it => it.Last)];

    private static EventMeasure Begin(Key key, KubeEvent item) => new()
    {
        Context = key.Context,
        Type = key.Type,
        Reason = key.Reason,
        Source = key.Source,
        Object = key.Object is null ? null : item.InvolvedObject with { Uid = null, ResourceVersion = null, FieldPath = null },
    };

    // An object of the same name in another cluster is another one.
    private Key KeyOf(KubeEvent item) => new(
        grouping.HasFlag(EventGrouping.Context) ? item.Context ?? "" : grouping.HasFlag(EventGrouping.Object) ? item.Context : null,
        grouping.HasFlag(EventGrouping.Type) ? item.Type ?? "" : null,
        grouping.HasFlag(EventGrouping.Reason) ? item.Reason ?? "" : null,
        grouping.HasFlag(EventGrouping.Object) ? KeyOf(item.InvolvedObject) : null,
        grouping.HasFlag(EventGrouping.Source) ? item.Source ?? "" : null);

    private static (string, string?, string?, string?) KeyOf(ObjectReference it) => (it.ApiGroup, it.Kind, it.Namespace, it.Name);

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private readonly record struct Key(string? Context, string? Type, string? Reason, (string Group, string? Kind, string? Namespace, string? Name)? Object, string? Source);
}

/// <summary>How often the events of one group happened: what <c>Measure-KubeEvent</c> gives.</summary>
/// <remarks>Of <see cref="Type"/>, <see cref="Reason"/>, <see cref="Object"/>, <see cref="Source"/> and <see cref="Context"/> those are set that were grouped by.</remarks>
public sealed record EventMeasure
{
    /// <summary>Type of all events of the group.</summary>
    public string? Type { get; init; }

    /// <summary>Reason of all events of the group.</summary>
    public string? Reason { get; init; }

    /// <summary>Object of all events of the group, without uid, version and part.</summary>
#pragma warning disable CA1720 // Object is what kubectl calls it, too.
    public ObjectReference? Object { get; init; }
#pragma warning restore CA1720

    /// <summary>Source of all events of the group.</summary>
    public string? Source { get; init; }

    /// <summary>Context of all events of the group; set with <see cref="Object"/>, too, since a namesake in another cluster is another object.</summary>
    public string? Context { get; init; }

    /// <summary>The contexts that the events came from, sorted; several where a group spans clusters.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = new NameList([]);

    /// <summary>How often it happened: the sum of <see cref="KubeEvent.Count"/>.</summary>
    public long Count { get; init; }

    /// <summary>How many events there are; a repeated one counts once.</summary>
    public int Events { get; init; }

    /// <summary>The earliest <see cref="KubeEvent.FirstSeen"/>.</summary>
    /// <value><see langword="null"/> if no event has a time.</value>
    public DateTimeOffset? First { get; init; }

    /// <summary>The latest <see cref="KubeEvent.LastSeen"/>.</summary>
    /// <value><see langword="null"/> if no event has a time.</value>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Repetitions in an hour: all occurrences but the first, over the time from the first to the last.</summary>
    /// <value><see langword="null"/> where nothing was repeated, or all at one instant.</value>
    public double? RatePerHour => Count > 1 && Last - First is { Ticks: > 0 } time ? (Count - 1) / time.TotalHours : null;

    /// <summary>What the events of the group have in common, and how often it happened, as <c>Warning BackOff pod/web-0 (x1173)</c>; escaped, as the text of an event is.</summary>
    public override string ToString() => SafeText.Escape(string.Join(' ', new[] { Context, Type, Reason, Object?.ToString(), Source, $"(x{Count})" }.Where(part => part is not null)));
}

/// <summary>What events are grouped by; several together group by their combination.</summary>
[Flags]
#pragma warning disable CA1720 // Object is what kubectl calls it, too.
public enum EventGrouping
{
    /// <summary>All events are one group.</summary>
    None = 0,

    /// <summary>Normal or Warning.</summary>
    Type = 1,

    /// <summary>The reason.</summary>
    Reason = 2,

    /// <summary>The object that the event is about: kind, group, namespace and name, in one context. A new object of the same name is the same here.</summary>
    Object = 4,

    /// <summary>Who wrote the event, see <see cref="KubeEvent.Source"/>.</summary>
    Source = 8,

    /// <summary>The context that the event was read through, see <see cref="KubeEvent.Context"/>.</summary>
    Context = 16,
}
#pragma warning restore CA1720

/// <summary>Names that are shown as such where one text is wanted, as in a column of a CSV file.</summary>
internal sealed class NameList(IList<string> names) : ReadOnlyCollection<string>(names)
{
    public override string ToString() => string.Join(", ", this);
}
