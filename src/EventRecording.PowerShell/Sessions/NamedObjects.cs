namespace EventRecording.PowerShell;

/// <summary>Looks up objects that a recorder is given by their names, beside the thread that records.</summary>
internal sealed class NamedObjects(ClusterSession session, string? inNamespace)
{
    // Whoever names more objects faster than the server finds them would fill the memory.
    internal const int MostWaiting = 4_096;
    private const int MostRemembered = 1_000;

    // An object that was deleted and created again has another uid.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly Dictionary<string, Lookup> _lookups = [];
    private readonly HashSet<Task> _waiting = [];

    /// <summary>Does something with an object once it is found; that it is not is reported by <c>Sync-KubeEvent</c>.</summary>
    public void WhenFound(string name, string reason, Action<ObjectReference> then)
    {
        var found = Find(name);
        if (found.IsCompletedSuccessfully)
        {
            then(found.Result);
            return;
        }

        lock (_lock)
        {
            if (_waiting.Count >= MostWaiting)
            {
                var error = new InvalidOperationException($"{MostWaiting} others wait for their objects to be looked up: give objects instead of names.");
                session.Background.Fail(NotRecorded(error, name, reason), 1);
                return;
            }

            var waiting = ThenAsync(found, name, reason, then);
            _waiting.Add(waiting);
            _ = waiting.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>How many wait for their object.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Waits until everything that was named has been found or not.</summary>
    public async Task CompleteAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        Task[] waiting;
        lock (_lock)
            waiting = [.. _waiting];
        try
        {
            await Task.WhenAll(waiting).WaitAsync(timeout ?? Timeout.InfiniteTimeSpan, session.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The lookup goes on; what comes of it is told later.
        }
    }

    private Task<ObjectReference> Find(string name)
    {
        lock (_lock)
        {
            if (_lookups.TryGetValue(name, out var known) && !known.Found.IsFaulted && session.Time.GetElapsedTime(known.Began) < RememberedFor)
                return known.Found;
            if (_lookups.Count >= MostRemembered)
                _lookups.Clear();
            var found = Task.Run(() => session.Lookup(new Deadline(session.Time, Patience)).FindAsync(new NamedTarget(name), inNamespace, CancellationToken.None));
            _lookups[name] = new Lookup(found, session.Time.GetTimestamp());
            return found;
        }
    }

    private async Task ThenAsync(Task<ObjectReference> lookup, string name, string reason, Action<ObjectReference> then)
    {
        try
        {
            then(await lookup.ConfigureAwait(false));
        }
#pragma warning disable CA1031 // Nobody awaits this: what was thrown is told by Sync-KubeEvent.
        catch (Exception error)
#pragma warning restore CA1031
        {
            session.Background.Fail(NotRecorded(error, name, reason), 1);
        }
    }

    private static CmdletError NotRecorded(Exception error, string name, string reason)
    {
        var mapped = ErrorMapper.Map(error, name) ?? new CmdletError(ErrorId.EventNotWritten, CmdletErrorCategory.WriteError, error.Message, error, name);
        return RecordingError.NotRecorded(mapped, SafeText.Quote(reason), new NamedTarget(name).ToText());
    }

    private void Forget(Task done)
    {
        lock (_lock)
            _waiting.Remove(done);
    }

    private sealed record Lookup(Task<ObjectReference> Found, long Began);
}
