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
        var item = _chains.GetValueOrDefault(SeriesKeyComparer.Hash(key, scope));
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
        var first = _chains[hash];
        if (!ReferenceEquals(first, item))
        {
            while (!ReferenceEquals(first.NextWithHash, item))
                first = first.NextWithHash!;
            first.NextWithHash = item.NextWithHash;
        }
        else if (item.NextWithHash is { } next)
        {
            _chains[hash] = next;
        }
        else
        {
            _chains.Remove(hash);
        }

        item.NextWithHash = null;
    }
}
