using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

/// <summary>A watcher of a source in memory, in a time that does not wait.</summary>
internal sealed class WatcherBench
{
    private int _happened;

    public InMemoryEventSource Source { get; } = new();

    public WaitlessTimeProvider Time { get; } = new();

    public CollectedProgress<WatchInterruption> Interruptions { get; } = new();

    public EventWatcher Watcher => new(Source, Time, new Random(7));

    /// <summary>Lets one thing happen each time the watch has told everything.</summary>
    public void WhenIdle(params Action[] happenings) => Source.OnFrame = (isIdle, _) =>
    {
        if (isIdle && _happened < happenings.Length)
            happenings[_happened++]();
        return Task.CompletedTask;
    };

    /// <summary>What is told until the query is satisfied.</summary>
    public async Task<List<string>> WatchAsync(EventQuery query, EventWatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        var seen = new List<string>();
        options = (options ?? new EventWatchOptions()) with { Interruptions = Interruptions };
        await foreach (var (change, item) in Watcher.WatchAsync(query, options, cancellationToken))
            seen.Add($"{change} {item.Name}");
        return seen;
    }
}
