using System.Runtime.InteropServices;

namespace EventRecording;

/// <summary>Something that is found by a key.</summary>
internal abstract class Keyed<T>
    where T : Keyed<T>
{
    public abstract ref readonly SeriesKey Key { get; }

    internal T? NextWithHash { get; set; }
}

/// <summary>Finds by key. Like a dictionary, but the key is stored once, in what is found: keys are large and series are many.</summary>
internal sealed class KeyIndex<T>(KeyScope scope)
    where T : Keyed<T>
{
    private readonly Dictionary<int, T> _chains = [];

    public int Count { get; private set; }

    public IEnumerable<T> All
    {
        get
        {
            foreach (var first in _chains.Values)
            {
                for (var item = first; item is not null; item = item.NextWithHash)
                    yield return item;
            }
        }
    }

    public T? Find(in SeriesKey key)
    {
        _chains.TryGetValue(SeriesKeyComparer.Hash(key, scope), out var item);
        while (item is not null && !SeriesKeyComparer.Equal(item.Key, key, scope))
            item = item.NextWithHash;
        return item;
    }

    public void Add(T item)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, SeriesKeyComparer.Hash(item.Key, scope), out _);
        item.NextWithHash = first;
        first = item;
        Count++;
    }

    public void Remove(T item)
    {
        Count--;
        var hash = SeriesKeyComparer.Hash(item.Key, scope);
        // Mostly it is the only one with its hash, and then looked for once.
        _chains.Remove(hash, out var first);
        if (ReferenceEquals(first, item))
        {
            first = item.NextWithHash;
        }
        else
        {
            var before = first!;
            while (!ReferenceEquals(before.NextWithHash, item))
                before = before.NextWithHash!;
            before.NextWithHash = item.NextWithHash;
        }

        if (first is not null)
            _chains[hash] = first;
        item.NextWithHash = null;
    }
}
