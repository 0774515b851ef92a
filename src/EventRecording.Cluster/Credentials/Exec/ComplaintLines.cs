using System.Text;

namespace EventRecording.Cluster;

/// <summary>Makes lines of what a plugin writes piece by piece.</summary>
/// <param name="tell">Told each line.</param>
internal sealed class ComplaintLines(Action<string> tell)
{
    // What is longer is no text for people, and would be held in memory.
    private const int LongestLine = 16 * 1024;
    private readonly StringBuilder _line = new();
    private bool _isContinued;
    private char _last;

    public bool HasUnfinished => _line.Length > 0;

    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is not ('\r' or '\n'))
            {
                if (_line.Length < LongestLine)
                    _line.Append(c);
            }
            else if (!(c == '\n' && _last == '\r'))
            {
                End();
            }

            _last = c;
        }
    }

    /// <summary>Tells the line that has no end yet; what follows is another one.</summary>
    public void Flush()
    {
        if (!HasUnfinished)
            return;
        End();
        _isContinued = true;
    }

    private void End()
    {
        // The end of a line that was told.
        if (HasUnfinished || !_isContinued)
            tell(_line.ToString());
        _line.Clear();
        _isContinued = false;
    }
}
