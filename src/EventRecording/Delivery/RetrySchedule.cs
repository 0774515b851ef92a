namespace EventRecording;

/// <summary>When a write is tried again: exponential, with jitter, or as the server asks.</summary>
internal sealed class RetrySchedule(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // The server is well, others were quicker: who waits longer each time loses each time.
    private static readonly TimeSpan LongestForConflicts = TimeSpan.FromSeconds(1);

    /// <summary>The next try, or <see langword="null"/> if none is left before the deadline.</summary>
    public DateTime? Next(int attempts, Exception? error, DateTime now, DateTime deadline)
    {
        if (now >= deadline)
            return null;
        var asked = (error as KubernetesApiException)?.Status.RetryAfter ?? TimeSpan.Zero;
        if (asked >= deadline - now)
            return null;
        // Never sooner than without being asked: a Retry-After of 0 s, or of a time that is past, would mean tries without a pause.
        var wait = asked > TimeSpan.Zero ? asked + Jitter(First) : TimeSpan.Zero;
        var backoff = Backoff(attempts, error is KubernetesApiException refused && WriteErrors.IsConflict(refused) ? LongestForConflicts : Longest);
        var due = now + (wait > backoff ? wait : backoff);
        return due < deadline ? due : deadline;
    }

    private TimeSpan Backoff(int attempts, TimeSpan longest)
    {
        var full = First * Math.Pow(2, Math.Min(attempts - 1, 10));
        full = full < longest ? full : longest;
        return (full / 2) + Jitter(full / 2);
    }

    private TimeSpan Jitter(TimeSpan most) => most * random.NextDouble();
}
