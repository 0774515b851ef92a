namespace EventRecording.PowerShell;

/// <summary>Remembers texts for a while.</summary>
/// <param name="time">The clock.</param>
/// <param name="howLong">Older ones are forgotten.</param>
/// <param name="most">With more than so many, all are.</param>
internal sealed class ShortMemory(TimeProvider time, TimeSpan howLong, int most)
{
    private readonly Dictionary<string, long> _since = [];

    /// <summary>Remembers what it does not know; what it knows is forgotten when it would have been.</summary>
    public void Add(IEnumerable<string> texts)
    {
        if (_since.Count >= most)
            Clear();
        foreach (var text in texts.Where(text => !Contains(text)))
            _since[text] = time.GetTimestamp();
    }

    public bool Contains(string text) => _since.TryGetValue(text, out var since) && time.GetElapsedTime(since) < howLong;

    public void Clear() => _since.Clear();
}
