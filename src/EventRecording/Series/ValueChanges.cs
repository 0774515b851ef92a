namespace EventRecording;

/// <summary>The values of a batch that is recorded on change, in constant space: of each but the first it is known at once whether it differs from the one before.</summary>
internal sealed class ValueChanges(ValueMark first)
{
    private readonly ValueMark _first = first;
    private int _changesInside;
    private int _repeats;
    private bool _firstIsRepeat;

    /// <summary>What the event holds after the batch.</summary>
    public ValueMark Last { get; private set; } = first;

    /// <summary>Normal or Warning, of the latest change.</summary>
    public string Type { get; set; } = EventType.Normal;

    /// <summary>Occurrences that change nothing.</summary>
    public int Repeats => _repeats + (_firstIsRepeat ? 1 : 0);

    public BatchPosition Add(ValueMark value)
    {
        if (value == Last)
        {
            _repeats++;
            return BatchPosition.Repeat;
        }

        _changesInside++;
        Last = value;
        return BatchPosition.Later;
    }

    /// <summary>Says what is on the server before the batch: whether its first value is a change is known only then.</summary>
    /// <param name="value"><see langword="null"/> where there is none.</param>
    public void ComeAfter(ValueMark? value) => _firstIsRepeat = value == _first;

    /// <summary>After this value nothing is left to write.</summary>
    public bool ChangeNothing(ValueMark? value) => value == _first && _changesInside == 0;

    /// <summary>The occurrence at this place changed nothing.</summary>
    public bool IsRepeat(BatchPosition place) => place == BatchPosition.Repeat || (place == BatchPosition.First && _firstIsRepeat);
}
