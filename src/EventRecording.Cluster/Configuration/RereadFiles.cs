namespace EventRecording.Cluster;

/// <summary>What files hold that somebody else replaces: read again when it is old, one reading at a time, never on the thread of whoever asks.</summary>
/// <param name="read">Reads the files, given what they held before. Where it throws a <see cref="ClusterConfigurationException"/>, that still serves.</param>
/// <param name="holdsFor">How old what was read may be.</param>
/// <param name="time">The clock.</param>
internal sealed class RereadFiles<T>(Func<T?, T> read, TimeSpan holdsFor, TimeProvider time)
    where T : class
{
    // A disk that hangs holds nobody up for longer who has an older content.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private Task<T>? _reading;
    private volatile T? _latest;
    private long _readAt;

    /// <summary>What was read last; <see langword="null"/> if nothing was.</summary>
    public T? Latest
    {
        get => _latest;
        init => (_latest, _readAt) = (value, time.GetTimestamp());
    }

    /// <summary>What was read last, if that is not old, or else what the files hold now.</summary>
    /// <exception cref="ClusterConfigurationException">They cannot be read, nor could they before.</exception>
    public ValueTask<T> GetAsync(CancellationToken cancellationToken)
    {
        Task<T> reading;
        T? latest;
        // One lock: a reading that ends in between would be followed by one that is not due.
        lock (_lock)
        {
            latest = _latest;
            if (latest is not null && time.GetElapsedTime(_readAt) < holdsFor)
                return new(latest);
            reading = Begin();
        }

        return new(latest is null ? reading.WaitAsync(cancellationToken) : OrAsync(latest, reading, cancellationToken));
    }

    /// <summary>What the files hold now.</summary>
    /// <exception cref="ClusterConfigurationException">They cannot be read.</exception>
    /// <exception cref="TimeoutException">The disk hangs.</exception>
    public Task<T> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return Begin().WaitAsync(Patience, time, cancellationToken);
    }

    private async Task<T> OrAsync(T latest, Task<T> reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or ClusterConfigurationException)
        {
            // Nobody tries or waits again before it is old again; what a reading that hangs brings in the end is taken.
            lock (_lock)
                _readAt = time.GetTimestamp();
            return latest;
        }
    }

    private Task<T> Begin() => _reading ??= Task.Run(Read, CancellationToken.None);

    private T Read()
    {
        try
        {
            var content = read(_latest);
            lock (_lock)
                (_latest, _readAt) = (content, time.GetTimestamp());
            return content;
        }
        finally
        {
            lock (_lock)
                _reading = null;
        }
    }
}
