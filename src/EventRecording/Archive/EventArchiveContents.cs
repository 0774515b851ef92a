using System.Runtime.InteropServices;

namespace EventRecording;

/// <summary>What is in files of events: their times, and which copy of each event is its latest.</summary>
/// <remarks>Some 50 bytes for each event.</remarks>
public sealed class EventArchiveContents
{
    private readonly Dictionary<UInt128, (ulong Version, long Place)> _latest = [];
    private long _place;

    /// <summary>When the last event happened, by <see cref="KubeEvent.LastSeen"/>; the end of the dump.</summary>
    /// <value><see langword="null"/> if no event has a time.</value>
    public DateTimeOffset? End { get; private set; }

    /// <summary>Number of events, their copies not counted.</summary>
    public int Events => _latest.Count;

    /// <summary>Number of steps, all copies counted.</summary>
    public long Steps => _place;

    /// <summary>Adds a copy of an event, as it comes.</summary>
    public void Add(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var place = _place++;
        if ((item.LastSeen ?? item.CreationTimestamp) is { } time && !(time <= End))
            End = time;
        var version = ResourceVersions.ToInteger(item.ResourceVersion) ?? 0;
        ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, EventKey.Of(item), out var isKnown);
        if (!isKnown || version >= latest.Version)
            latest = (version, place);
    }

    internal bool IsLatest(KubeEvent item, long place) => !_latest.TryGetValue(EventKey.Of(item), out var latest) || latest.Place == place;
}
