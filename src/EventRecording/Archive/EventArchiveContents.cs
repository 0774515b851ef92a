using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventRecording;

/// <summary>What is in files of events: which copy of each event is its latest, when the last of them happened, and how many each file has.</summary>
/// <remarks>16 MiB, and some 70 bytes for each event that has several copies.</remarks>
public sealed class EventArchiveContents
{
    // A bit for each event, at a place that its key says: enough to tell that a million events came once. A key that meets the bit of
    // another one only costs some of those 70 bytes.
    private const int Bits = 27;
    private readonly ulong[] _seen = new ulong[1 << (Bits - 6)];
    private readonly Dictionary<UInt128, Copies> _several = [];
    private readonly Dictionary<string, long> _extents = [];

    /// <summary>When the last event happened, by <see cref="KubeEvent.LastSeen"/>; the end of the dump.</summary>
    /// <value><see langword="null"/> if no event has a time.</value>
    public DateTimeOffset? End { get; private set; }

    /// <summary>Adds a copy of an event, as it comes.</summary>
    public void Add(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if ((item.LastSeen ?? item.CreationTimestamp) is { } time && !(time <= End))
            End = time;
        Add(EventCopy.Of(item));
    }

    /// <summary>A file was gone through to its end, and has so many events.</summary>
    internal void Ends(string file, long count) => _extents[file] = count;

    /// <summary>How many events of a file are known here; those behind them were written later, as is all of a file that is not known.</summary>
    internal long ExtentOf(string file) => _extents.Count == 0 ? long.MaxValue : _extents.GetValueOrDefault(file);

    internal void Add(EventCopy copy)
    {
        // Copies without a version are all counted, because the last of them is the latest.
        if (!WasSeen(copy.Key) && copy.Version != 0)
            return;
        ref var copies = ref CollectionsMarshal.GetValueRefOrAddDefault(_several, copy.Key, out var isKnown);
        if (!isKnown || copy.Version > copies.Version)
            copies = new Copies(copy.Version);
        else if (copy.Version == 0 && copies.Version == 0)
            copies.Left++;
    }

    /// <summary>Whether this is the latest copy of its event; asked once for each, in the order in which they were added.</summary>
    internal bool IsLatest(KubeEvent item)
    {
        if (_several.Count == 0)
            return true;
        var copy = EventCopy.Of(item);
        ref var copies = ref CollectionsMarshal.GetValueRefOrNullRef(_several, copy.Key);
        if (Unsafe.IsNullRef(ref copies))
            return true;
        if (copy.Version < copies.Version)
            return false;
        // Of the first copy of all only the bit was kept.
        if (copy.Version > copies.Version)
            copies = new Copies(copy.Version);
        return --copies.Left == 0;
    }

    private bool WasSeen(UInt128 key)
    {
        var place = (int)(ulong)key & ((1 << Bits) - 1);
        ref var word = ref _seen[place >> 6];
        var bit = 1UL << (place & 63);
        var was = (word & bit) != 0;
        word |= bit;
        return was;
    }

    /// <summary>Copies of one event.</summary>
    private struct Copies(ulong version)
    {
        /// <summary>The latest version among them.</summary>
        public readonly ulong Version = version;

        /// <summary>How many of this version are to come up to the one that counts; those that follow are doubles.</summary>
        public int Left = 1;
    }
}
