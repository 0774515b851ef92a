namespace EventRecording;

/// <summary>Says how many writes may run. One that hangs while the server answers others makes room for the next.</summary>
internal sealed class WritesInFlight(EventBroadcasterOptions options, Action countRequest) : IDisposable
{
    // Longer than a healthy server takes, shorter than a person notices.
    private static readonly TimeSpan SlowAfter = TimeSpan.FromMilliseconds(250);

    // However many hang, no more requests than this for each that is allowed.
    private const int MostForEach = 8;

    private readonly Stack<RequestCancellation> _free = new();
    private readonly Dictionary<RequestCancellation, DateTime> _busy = [];
    private bool _serverIsQuick;

    public int Count => _busy.Count;

    public bool HasRoom(DateTime now) => _busy.Count < options.MaxConcurrentWrites || CountQuick(now) < options.MaxConcurrentWrites;

    /// <summary>When a write that runs now becomes a slow one; <see langword="null"/> if that makes no room.</summary>
    public DateTime? NextSlow(DateTime now)
    {
        DateTime? next = null;
        if (_busy.Count < options.MaxConcurrentWrites || !MayPassSlowOnes)
            return next;
        foreach (var started in _busy.Values)
        {
            var slow = started + SlowAfter;
            if (slow > now && !(slow >= next))
                next = slow;
        }

        return next;
    }

    public RequestCancellation Start(DateTime now)
    {
        var requests = _free.TryPop(out var free) ? free : new RequestCancellation(options.RequestTimeout, options.TimeProvider, countRequest);
        _busy.Add(requests, now);
        return requests;
    }

    public void End(RequestCancellation requests, DateTime now)
    {
        _busy.Remove(requests, out var started);
        _serverIsQuick = now - started < SlowAfter;
        _free.Push(requests);
    }

    /// <summary>Ends all requests that run now.</summary>
    public void Cancel()
    {
        foreach (var requests in _busy.Keys)
            requests.Cancel();
    }

    /// <summary>Ends all requests. Their results no longer matter.</summary>
    public void Abort()
    {
        foreach (var requests in _busy.Keys)
            requests.Abort();
    }

    public void Dispose()
    {
        foreach (var requests in _free)
            requests.Dispose();
    }

    // A server that is slow with everything must not get more to do.
    private bool MayPassSlowOnes => _serverIsQuick && _busy.Count < options.MaxConcurrentWrites * MostForEach;

    private int CountQuick(DateTime now)
    {
        if (!MayPassSlowOnes)
            return _busy.Count;
        var quick = 0;
        foreach (var started in _busy.Values)
            quick += now - started < SlowAfter ? 1 : 0;
        return quick;
    }
}
