namespace EventRecording;

/// <summary>
/// Waits between tries: none before the first, then 1, 2, 4, ... to 30 seconds, each shortened by up to a half at random.
/// </summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // A Retry-After is honoured up to 5 minutes: a wrong one must not silence a watch for longer.
    private static readonly TimeSpan LongestWish = TimeSpan.FromMinutes(5);

    private int _tries;

    public TimeSpan Next(TimeSpan? retryAfter = null)
    {
        var wait = _tries == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, _tries - 1)));
        _tries++;
        wait *= 0.5 + random.NextDouble() / 2;
        var wish = retryAfter is { } asked && asked > LongestWish ? LongestWish : retryAfter;
        return wish > wait ? wish.Value : wait;
    }

    public void Reset() => _tries = 0;
}
