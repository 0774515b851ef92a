using System.Collections.Immutable;

namespace EventRecording.Sandbox;

/// <summary>Everything that the server knows at one version.</summary>
internal sealed record StoreState(long Version, ImmutableSortedSet<StoredObject> Objects)
{
    public static readonly StoreState Empty = new(1, ImmutableSortedSet.Create<StoredObject>(KeyOrder.Instance));

    public StoredObject? Find(string key) => Objects.TryGetValue(StoredObject.Probe(key), out var found) ? found : null;

    /// <summary>Index of the first object whose key is not before <paramref name="key"/>.</summary>
    public int IndexFrom(string key)
    {
        var index = Objects.IndexOf(StoredObject.Probe(key));
        return index >= 0 ? index : ~index;
    }

    public IEnumerable<StoredObject> Range(string prefix)
    {
        var (start, end) = Bounds(prefix);
        for (var i = start; i < end; i++)
            yield return Objects[i];
    }

    /// <summary>First index with the prefix, and the first one behind it.</summary>
    public (int Start, int End) Bounds(string prefix) =>
        (IndexFrom(prefix), IndexFrom(string.Concat(prefix.AsSpan(0, prefix.Length - 1), [(char)(prefix[^1] + 1)])));
}
