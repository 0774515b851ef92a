namespace EventRecording;

/// <summary>How many writes run at a time: found by what the server bears, as congestion controls find it.</summary>
/// <remarks>
/// As long as answers take about as long as they did at their quickest, more is tried: four times as many at first, since each round trip with few is lost time, later a sixteenth more.
/// When even quick ones take much longer twice in a row, they wait in a queue, and less is sent; a server that says it has too much to do gets half as much at once.
/// </remarks>
internal sealed class ConcurrencyLimit
{
    // Fewer answers tell nothing in the noise; the first few tell enough to try more.
    private const int FewestAnswers = 16;

    // Nobody notices so much, and a server that has some requests in its queue writes them to its store together.
    private static readonly TimeSpan Bearable = TimeSpan.FromMilliseconds(100);

    private readonly int _fewest;
    private readonly int _most;
    private readonly List<TimeSpan> _answers = [];
    private DateTime _changed;
    private TimeSpan? _usual;
    private bool _isFound;
    private bool _isSlow;
    private bool _wasFull;

    /// <param name="fewest">Where it begins, and it never falls below this: with so few, answers wait for nothing.</param>
    /// <param name="most">It never rises above this.</param>
    public ConcurrencyLimit(int fewest, int most)
    {
        _most = most;
        Value = _fewest = Math.Min(fewest, most);
    }

    public int Value { get; private set; }

    /// <summary>A write was answered.</summary>
    /// <param name="started">When it was started.</param>
    /// <param name="now">When it was answered.</param>
    /// <param name="isFull">As many ran as may.</param>
    public void Answered(DateTime started, DateTime now, bool isFull)
    {
        // Also when it was sent before: where these are heard first, all others come after a place is free.
        _wasFull |= isFull;
        if (started < _changed)
            return;
        _answers.Add(now - started);
        if (_answers.Count >= Math.Max(_isFound ? FewestAnswers : _fewest, Value / 2))
            Judge(now);
    }

    /// <summary>The server said that it has too much to do.</summary>
    public void Refused(DateTime started, DateTime now)
    {
        // Those that were sent together are refused together: once is enough.
        if (started < _changed)
            return;
        _isFound = true;
        Change(Value / 2, now);
    }

    private void Judge(DateTime now)
    {
        // Some are slow for reasons of their own. A queue makes all of them slow, the quick ones too.
        _answers.Sort();
        var (quick, middle) = (_answers[_answers.Count / 4], _answers[_answers.Count / 2]);
        if (Value == _fewest)
        {
            // Nothing waits now: so long do answers take. If it is more than was borne, the server or the way to it is another one, and what it bears is not found yet.
            _isFound &= quick <= BearableFor(_usual ?? middle);
            _usual = middle;
        }

        var usual = middle < _usual ? middle : _usual ?? middle;
        _usual = usual;
        var bearable = BearableFor(usual);
        var (wasFull, sixteenth) = (_wasFull, Math.Max(1, Value / 16));
        _answers.Clear();
        _wasFull = false;
        var wasSlow = _isSlow;
        _isSlow = quick > bearable;
        if (_isSlow && !wasSlow)
        {
            // Late answers that were held up together come together, before the quick ones to what takes their place. A queue shows in those as well.
            Change(Value, now);
        }
        else if (_isSlow)
        {
            _isFound = true;
            Change((int)(Value / Math.Min(2, quick / bearable)), now);
        }
        else if (wasFull && Value < _most && (!_isFound || quick * (Value + sixteenth) / Value < bearable))
        {
            Change(_isFound ? Value + sixteenth : Value * 4, now);
        }
    }

    private static TimeSpan BearableFor(TimeSpan usual) => usual + (usual > Bearable ? usual : Bearable);

    private void Change(int value, DateTime now)
    {
        Value = Math.Clamp(value, _fewest, _most);
        _changed = now;
        _answers.Clear();
        _wasFull = false;
    }
}
