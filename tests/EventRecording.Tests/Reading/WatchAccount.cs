namespace EventRecording.Tests.Reading;

/// <summary>The reference for a watch: each version of an event is owed once, unless a list came when it was no longer there.</summary>
internal sealed class WatchAccount
{
    private readonly HashSet<(string Uid, string Version)> _owed = [];
    private readonly Dictionary<string, string> _lastTold = [];

    /// <summary>How many versions are still to be told.</summary>
    public int Owed => _owed.Count;

    public void Owe(KubeEvent written) => _owed.Add(Key(written));

    /// <summary>What is wrong with telling this; <see langword="null"/> if nothing is.</summary>
    public string? Tell(WatchedEvent watched)
    {
        var (uid, version) = Key(watched.Event);
        if (_lastTold.TryGetValue(uid, out var last) && !ResourceVersions.IsLower(last, version))
            return $"{uid} was told in version {version} after version {last}";
        _lastTold[uid] = version;
        if (_owed.Remove((uid, version)) == (watched.Change == EventChange.Deleted))
            return $"{uid} in version {version} was told as {watched.Change}";
        return null;
    }

    /// <summary>A list shows what is there: what came and went, or was written again, during a gap can be told no more.</summary>
    public void ForgiveWhatIsNotIn(IEnumerable<KubeEvent> stored) => _owed.IntersectWith(stored.Select(Key));

    /// <summary>The server went back: all that differs from what was told last is owed.</summary>
    public void GoBack(IEnumerable<KubeEvent> stored)
    {
        var told = stored.Select(Key).Where(it => _lastTold.GetValueOrDefault(it.Uid) == it.Version).ToList();
        _owed.Clear();
        _owed.UnionWith(stored.Select(Key).Except(told));
        _lastTold.Clear();
        foreach (var (uid, version) in told)
            _lastTold.Add(uid, version);
    }

    public string? Missed() => _owed.Count == 0 ? null : $"{_owed.Count} events were missed, such as {_owed.First()}";

    private static (string Uid, string Version) Key(KubeEvent item) => (item.Uid!, item.ResourceVersion!);
}
