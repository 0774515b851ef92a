namespace EventRecording;

/// <summary>The series with nothing pending, least recently used first: the first to make room.</summary>
internal sealed class IdleSeries
{
    private Series? _oldest;
    private Series? _newest;

    public int Count { get; private set; }

    public void Add(Series series)
    {
        series.State = SeriesState.Idle;
        series.PreviousIdle = _newest;
        if (_newest is null)
            _oldest = series;
        else
            _newest.NextIdle = series;
        _newest = series;
        Count++;
    }

    public Series? TakeOldest()
    {
        var series = _oldest;
        if (series is not null)
            Remove(series);
        return series;
    }

    public void Remove(Series series)
    {
        if (series.PreviousIdle is null)
            _oldest = series.NextIdle;
        else
            series.PreviousIdle.NextIdle = series.NextIdle;
        if (series.NextIdle is null)
            _newest = series.PreviousIdle;
        else
            series.NextIdle.PreviousIdle = series.PreviousIdle;
        series.PreviousIdle = series.NextIdle = null;
        Count--;
    }
}
