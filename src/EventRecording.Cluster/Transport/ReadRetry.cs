namespace EventRecording.Cluster;

/// <summary>
/// When one read is sent again, within its time: as by client-go up to ten times where the server says when (<c>Retry-After</c>), and once
/// where the connection broke before anything was answered, as one does that something on the way has forgotten.
/// </summary>
internal sealed class ReadRetry(ClusterConnectionOptions options)
{
    private const int MostWaits = 10;

    // Where the request itself has no time.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private TimeSpan _spent;
    private int _waits;
    private bool _wasBroken;

    /// <summary>What is left of the time of the request after the tries and waits before.</summary>
    public TimeSpan Left => IsEndless ? Timeout.InfiniteTimeSpan : options.RequestTimeout > _spent ? options.RequestTimeout - _spent : TimeSpan.Zero;

    private bool IsEndless => options.RequestTimeout == Timeout.InfiniteTimeSpan;

    /// <summary>How long to wait before the next try; <see langword="null"/> if there is none.</summary>
    public TimeSpan? WaitAfter(RequestAttempt attempt, KubernetesStatus refusal)
    {
        if (refusal is not { Code: 429 or >= 500, RetryAfter: { } wait } || _waits == MostWaits)
            return null;
        _waits++;
        _spent += attempt.Elapsed;
        if (wait >= (IsEndless ? LongestWait : Left))
            return null;
        _spent += wait;
        return wait;
    }

    /// <summary>Whether there is a next try, at once.</summary>
    public bool OnceMoreAfter(RequestAttempt attempt)
    {
        if (_wasBroken)
            return false;
        _wasBroken = true;
        _spent += attempt.Elapsed;
        return Left != TimeSpan.Zero;
    }
}
