namespace EventRecording;

/// <summary>Knows which versions of events were handed out: all up to a version, and the latest ones by uid.</summary>
/// <remarks>
/// The uids matter where versions cannot tell: in a list that was read from two states of the store, after a server went back, and with
/// versions that are no integers.
/// </remarks>
internal sealed class SeenEvents(int capacity)
{
    private readonly Dictionary<string, string?> _versions = [];
    private readonly Queue<(string Key, string? Version)> _oldest = new();
    private ulong? _upTo;

    /// <summary>Whether this version was not handed out before; from now on it was.</summary>
    /// <param name="item">The event.</param>
    /// <param name="isListed">It comes from a list. What a watch brings may share a version with what it just brought: events that expire together are deleted in one step.</param>
    public bool Add(KubeEvent item, bool isListed)
    {
        var version = ResourceVersions.ToInteger(item.ResourceVersion);
        if (version < _upTo || (isListed && version <= _upTo))
            return false;
        var key = KeyOf(item);
        if (_versions.TryGetValue(key, out var seen) && seen == item.ResourceVersion)
            return false;
        Remember(key, item.ResourceVersion);
        return true;
    }

    public bool Knows(KubeEvent item) => _versions.ContainsKey(KeyOf(item));

    /// <summary>Its uid; a source need not give any, then its name.</summary>
    public static string KeyOf(KubeEvent item) => item.Uid ?? $"{item.Namespace}/{item.Name}";

    /// <summary>Everything up to this version was handed out.</summary>
    public void AdvanceTo(string? version)
    {
        if (ResourceVersions.ToInteger(version) is { } integer && !(integer <= _upTo))
            _upTo = integer;
    }

    /// <summary>The server's versions went back: what they were says nothing about what they are now.</summary>
    public void ForgetVersion() => _upTo = null;

    private void Remember(string key, string? version)
    {
        _versions[key] = version;
        _oldest.Enqueue((key, version));
        if (_oldest.Count <= capacity)
            return;

        // An event that was written again since stands in the queue a second time.
        var (oldest, written) = _oldest.Dequeue();
        if (_versions.TryGetValue(oldest, out var latest) && latest == written)
            _versions.Remove(oldest);
    }
}
