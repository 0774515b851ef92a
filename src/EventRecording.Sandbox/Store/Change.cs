namespace EventRecording.Sandbox;

/// <summary>One write; each knows the next, so that any number of watches follow at their own pace without a buffer of their own.</summary>
internal sealed class Change(long version, StoredObject? previous, StoredObject? current, StoreState after)
{
    private TaskCompletionSource? _arrival;
    private volatile Change? _next;
    private StoredObject? _gone;

    public long Version { get; } = version;

    public StoredObject? Previous { get; } = previous;

    /// <summary>What is stored now; <see langword="null"/> for a deletion.</summary>
    public StoredObject? Current { get; } = current;

    public StoreState After { get; } = after;

    /// <summary>What was stored before, with this version: what a watch shows of an object that is gone or no longer matches.</summary>
    public StoredObject? Gone => Previous is null ? null : _gone ??= Previous.At(Version);

    public Change? Next => _next;

    public void Append(Change next)
    {
        _next = next;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _arrival)?.TrySetResult();
    }

    public Task WaitForNextAsync(CancellationToken cancellationToken)
    {
        var arrival = Volatile.Read(ref _arrival);
        if (arrival is null)
        {
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrival = Interlocked.CompareExchange(ref _arrival, mine, null) ?? mine;
        }
        // Looked at after the arrival is published: who appends does it the other way round, so one of both sees the other.
        Interlocked.MemoryBarrier();
        return _next is null ? arrival.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
    }
}
