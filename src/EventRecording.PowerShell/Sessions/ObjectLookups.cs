namespace EventRecording.PowerShell;

/// <summary>Looks up objects that a recorder is given by their names, or without their namespace, beside the thread that records.</summary>
internal sealed class ObjectLookups(ClusterSession session, string? inNamespace)
{
    // Whoever names more objects faster than the server finds them would fill the memory.
    internal const int MostWaiting = 4_096;
    private const int MostRemembered = 1_000;

    // An object that was deleted and created again has another uid.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly Dictionary<object, Lookup> _lookups = [];
    private readonly HashSet<Task> _waiting = [];

    /// <summary>Does something with an object once it is found; that it is not is reported by <c>Sync-KubeEvent</c>.</summary>
    public void WhenFound(ObjectTarget target, string reason, Action<ObjectReference> then, Action<Exception>? notFound = null)
    {
        Task<ObjectReference>? found;
        lock (_lock)
        {
            found = Remembered(target);
            if (found is not { IsCompletedSuccessfully: true })
            {
                Wait(found, target, reason, then, notFound);
                return;
            }
        }

        then(found.Result);
    }

    private void Wait(Task<ObjectReference>? found, ObjectTarget target, string reason, Action<ObjectReference> then, Action<Exception>? notFound)
    {
        if (_waiting.Count >= MostWaiting)
        {
            var error = new InvalidOperationException($"{MostWaiting} others wait for their objects to be looked up: give objects instead of names.");
            NotRecorded(error, target, reason, notFound);
            return;
        }

        var waiting = ThenAsync(found ?? Find(target), target, reason, then, notFound);
        _waiting.Add(waiting);
        _ = waiting.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
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
    /// <returns>How many are still looked up at the timeout.</returns>
    public async Task<int> CompleteAsync(TimeSpan? timeout, CancellationToken cancellationToken)
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

        return waiting.Count(task => !task.IsCompleted);
    }

    private Task<ObjectReference>? Remembered(ObjectTarget target) =>
        _lookups.TryGetValue(Key(target), out var known) && !known.Found.IsFaulted && session.Time.GetElapsedTime(known.Began) < RememberedFor ? known.Found : null;

    private Task<ObjectReference> Find(ObjectTarget target)
    {
        if (_lookups.Count >= MostRemembered)
            _lookups.Clear();
        var found = Task.Run(() => session.Lookup(new Deadline(session.Time, Patience)).FindAsync(target, inNamespace, CancellationToken.None));
        _lookups[Key(target)] = new Lookup(found, session.Time.GetTimestamp());
        return found;
    }

    private static object Key(ObjectTarget target) => target switch
    {
        NamedTarget named => (named.Name, named.Namespace),
        KnownTarget known => known.Reference,
        _ => target,
    };

    private async Task ThenAsync(Task<ObjectReference> lookup, ObjectTarget target, string reason, Action<ObjectReference> then, Action<Exception>? notFound)
    {
        try
        {
            then(await lookup.ConfigureAwait(false));
        }
#pragma warning disable CA1031 // Nobody awaits this: what was thrown is told by Sync-KubeEvent.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NotRecorded(error, target, reason, notFound);
        }
    }

    private void NotRecorded(Exception error, ObjectTarget target, string reason, Action<Exception>? notFound)
    {
        var mapped = ErrorMapper.Map(error, target.Given) ?? new CmdletError(ErrorId.EventNotWritten, CmdletErrorCategory.WriteError, error.Message, error, target.Given);
        session.Background.Fail(RecordingError.NotRecorded(mapped, SafeText.Quote(reason), target.ToText()), 1);
        notFound?.Invoke(error);
    }

    private void Forget(Task done)
    {
        lock (_lock)
            _waiting.Remove(done);
    }

    private sealed record Lookup(Task<ObjectReference> Found, long Began);
}
