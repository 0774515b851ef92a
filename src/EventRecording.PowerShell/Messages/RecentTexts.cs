namespace EventRecording.PowerShell;

/// <summary>Remembers texts: of all that were added or found those that were last, so many at least and twice as many at most.</summary>
internal sealed class RecentTexts(int least, params IEnumerable<string> texts)
{
    private HashSet<string> _last = [.. texts];
    private HashSet<string> _before = [];

    public void Add(string text)
    {
        if (_last.Count >= least)
            (_last, _before) = ([], _last);
        _last.Add(text);
    }

    public bool Contains(string text)
    {
        if (_last.Contains(text))
            return true;
        if (!_before.Contains(text))
            return false;
        Add(text);
        return true;
    }
}
