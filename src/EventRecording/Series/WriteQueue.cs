namespace EventRecording;

/// <summary>Series that wait for a worker: new before counting up, Warning before Normal, then in the order of their coming.</summary>
internal sealed class WriteQueue
{
    private readonly Queue<Series>[] _classes = [new(), new(), new(), new()];

    public void Add(Series series)
    {
        series.State = SeriesState.Ready;
        _classes[(series.IsNew ? 0 : 2) + (series.IsWarning ? 0 : 1)].Enqueue(series);
    }

    public Series? Take()
    {
        foreach (var queue in _classes)
        {
            if (queue.TryDequeue(out var series))
                return series;
        }

        return null;
    }
}
