namespace EventRecording.Cluster;

/// <summary>
/// When one read is sent again, within its time: as by client-go up to ten times, where the server says when (<c>Retry-After</c>), and a second
/// after the connection broke before anything was answered, as behind a load balancer whose server restarts. The first one that broke is no
/// reason to wait: something on the way may just have forgotten it.
/// </summary>
internal sealed class ReadRetry(ClusterConnectionOptions options)
{
    private const int MostWaits = 10;

    // Where the request itself has no time.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan WaitAfterBreak = TimeSpan.FromSeconds(1);

    private TimeSpan _spent;
    private int _waits;
    private int _breaks;

    /// <summary>What is left of the time of the request after the tries and waits before.</summary>
    public TimeSpan Left => IsEndless ? Timeout.InfiniteTimeSpan : options.RequestTimeout > _spent ? options.RequestTimeout - _spent : TimeSpan.Zero;

    private bool IsEndless => options.RequestTimeout == Timeout.InfiniteTimeSpan;

    /// <summary>How long to wait before the next try; <see langword="null"/> if there is none.</summary>
    /// <param name="attempt">The try before.</param>
    /// <param name="error">How it ended, without an answer or with a refusal.</param>
    public TimeSpan? WaitAfter(RequestAttempt attempt, Exception error)
    {
        TimeSpan? next = error switch
        {
            KubernetesApiException { Status: { Code: 429 or >= 500, RetryAfter: { } asked } } => asked,
            ClusterConnectionException broken when TransportErrors.IsBroken(broken) => _breaks++ == 0 ? TimeSpan.Zero : WaitAfterBreak,
            _ => null,
        };
        if (next is not { } wait || _waits == MostWaits)
            return null;
        _waits++;
        _spent += attempt.Elapsed;
        if (wait >= (IsEndless ? LongestWait : Left))
            return null;
        _spent += wait;
        return wait;
    }
}
