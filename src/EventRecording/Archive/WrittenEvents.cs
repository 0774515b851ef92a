namespace EventRecording;

/// <summary>Remembers the latest steps of events that are in a file.</summary>
internal sealed class WrittenEvents(int capacity = WrittenEvents.Remembered)
{
    /// <summary>About 60 MB; far more than a server holds.</summary>
    public const int Remembered = 1_048_576;

    private readonly HashSet<UInt128> _steps = [];
    private readonly Queue<UInt128> _oldest = new();

    /// <summary>Whether this step is not in the file; from now on it is. A step without a version cannot be told from another.</summary>
    public bool Add(KubeEvent item)
    {
        if (string.IsNullOrEmpty(item.ResourceVersion))
            return true;
        var step = EventKey.OfStep(item);
        if (!_steps.Add(step))
            return false;
        _oldest.Enqueue(step);
        if (_oldest.Count > capacity)
            _steps.Remove(_oldest.Dequeue());
        return true;
    }

    /// <summary>The step could not be written.</summary>
    public void Remove(KubeEvent item) => _steps.Remove(EventKey.OfStep(item));
}
