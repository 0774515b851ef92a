namespace EventRecording.PowerShell;

/// <summary>Counts who uses a session, so that it is closed only when nobody does.</summary>
internal sealed class SharedSession(ClusterSession session)
{
    private readonly object _lock = new();
    private int _leases;
    private bool _retired;

    /// <summary>The recorders that hold a lease.</summary>
    public IEnumerable<KubeEventRecorder> Recorders => session.HandedOver.Recorders.All().Where(recorder => recorder.Session == session);

    public SessionLease Lease()
    {
        lock (_lock)
            _leases++;
        return new SessionLease(session, Return);
    }

    /// <summary>Closes the session as soon as nobody uses it; completes without waiting for those who still do.</summary>
    public Task RetireAsync()
    {
        lock (_lock)
        {
            _retired = true;
            if (_leases > 0)
                return Task.CompletedTask;
        }

        return CloseAsync();
    }

    private void Return()
    {
        lock (_lock)
        {
            if (--_leases > 0 || !_retired)
                return;
        }

        _ = CloseAsync();
    }

    private async Task CloseAsync() => await session.DisposeAsync().ConfigureAwait(false);
}

/// <summary>The use of a session by one cmdlet.</summary>
internal sealed class SessionLease(ClusterSession session, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public ClusterSession Session { get; } = session;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
