namespace EventRecording.Hosting;

/// <summary>The time in which events go to the spool instead of to the cluster. Not safe to use from several threads, but for <see cref="IsOn"/>.</summary>
internal sealed class SpoolOutage
{
    private volatile bool _isOn;
    private long _kept;
    private long _told;
    private bool _isKeeping;
    private bool _isWriting;

    public bool IsOn => _isOn;

    /// <summary>So many went to the spool.</summary>
    /// <returns>Whether they are the first.</returns>
    public bool Kept(int count)
    {
        var isFirst = !_isOn;
        if (isFirst)
            (_kept, _told) = (0, count);
        _kept += count;
        (_isOn, _isKeeping, _isWriting) = (true, true, false);
        return isFirst;
    }

    /// <summary>Something was written.</summary>
    public void Written() => _isWriting = true;

    /// <summary>Ends an interval, and the outage where nothing was kept during it and something was written since. A server that takes one event and not the next would begin and end it with each.</summary>
    /// <returns>How many were kept, if it is over.</returns>
    public long? EndInterval()
    {
        var isOver = _isOn && !_isKeeping && _isWriting;
        _isKeeping = false;
        if (!isOver)
            return null;
        _isOn = false;
        return _kept;
    }

    /// <summary>How many were kept so far, if that was not told yet.</summary>
    public long? TakeUntold()
    {
        if (!_isOn || _told == _kept)
            return null;
        _told = _kept;
        return _kept;
    }
}
