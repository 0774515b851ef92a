namespace EventRecording;

/// <summary>Series that wait for a worker: new before counting up, Warning before Normal, then the namespaces in turn, each in the order of its series' coming.</summary>
internal sealed class WriteQueue
{
    private readonly Dictionary<string, NamespaceQueue> _namespaces = [];

    // Of each class, the namespaces that have a series of it.
    private readonly Queue<NamespaceQueue>[] _turns = [new(), new(), new(), new()];

    public bool IsEmpty => Array.TrueForAll(_turns, static turns => turns.Count == 0);

    public void Attach(Series series)
    {
        var name = series.Key.Regarding.Namespace ?? "";
        if (!_namespaces.TryGetValue(name, out var queue))
            _namespaces.Add(name, queue = new NamespaceQueue(name, _turns.Length));
        queue.Users++;
        series.Namespace = queue;
    }

    public void Detach(Series series)
    {
        if (--series.Namespace!.Users == 0)
            _namespaces.Remove(series.Namespace.Name);
    }

    public void Add(Series series)
    {
        series.State = SeriesState.Ready;
        var kind = (series.IsNew ? 0 : 2) + (series.IsWarning ? 0 : 1);
        var ready = series.Namespace!.Ready[kind] ??= new();
        ready.Enqueue(series);
        if (ready.Count == 1)
            _turns[kind].Enqueue(series.Namespace);
    }

    /// <summary>The series that comes next; a worker has it until <see cref="Ended"/>.</summary>
    public Series? Take()
    {
        for (var kind = 0; kind < _turns.Length; kind++)
        {
            if (_turns[kind].TryDequeue(out var queue))
                return TakeFrom(queue, kind);
        }

        return null;
    }

    /// <summary>As <see cref="Take"/>, of a namespace of which no worker has any: those that hang in others do not hold it back.</summary>
    public Series? TakeOfIdleNamespace()
    {
        for (var kind = 0; kind < _turns.Length; kind++)
        {
            for (var left = _turns[kind].Count; left > 0; left--)
            {
                var queue = _turns[kind].Dequeue();
                if (queue.InFlight == 0)
                    return TakeFrom(queue, kind);
                _turns[kind].Enqueue(queue);
            }
        }

        return null;
    }

    /// <summary>No worker has the series any more.</summary>
    public static void Ended(Series series) => series.Namespace!.InFlight--;

    private Series TakeFrom(NamespaceQueue queue, int kind)
    {
        var series = queue.Ready[kind]!.Dequeue();
        if (queue.Ready[kind]!.Count > 0)
            _turns[kind].Enqueue(queue);
        queue.InFlight++;
        return series;
    }
}

/// <summary>What waits for a worker in one namespace, by its class.</summary>
internal sealed class NamespaceQueue(string name, int classes)
{
    public string Name { get; } = name;

    public Queue<Series>?[] Ready { get; } = new Queue<Series>?[classes];

    public int InFlight;
    public int Users;
}
