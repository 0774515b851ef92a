namespace EventRecording;

/// <summary>How often one object's events of one type are written. What is over the limit waits; it is never dropped.</summary>
/// <remarks>Waiting series are served new ones first, then the oldest. New series have a bucket of the same size beside the common one: what counting up spends delays no new series.</remarks>
public sealed record RateLimitOptions
{
    /// <summary>Writes at once.</summary>
    /// <value>Default: 25, as in client-go.</value>
    public int Burst { get; init; } = 25;

    /// <summary>Time after which one more write is allowed.</summary>
    /// <value>Default: 5 minutes, as in client-go.</value>
    public TimeSpan Refill { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest that a write waits, behind however many. With a spool half of <see cref="SpoolOptions.EventTimeToLive"/> at most: an event that goes on must not expire in between.</summary>
    /// <value>Default: 30 minutes.</value>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(30);
}
