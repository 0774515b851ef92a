namespace EventRecording.PowerShell;

/// <summary>Looks up objects that a recorder is given by their names, or without their namespace, beside the thread that records.</summary>
internal sealed class RecorderLookups(ClusterSession session, string? inNamespace)
{
    // Whoever names more objects faster than the server finds them would fill the memory.
    internal const int MostWaiting = 4_096;
    private const int MostRemembered = 1_000;

    // An object that was deleted and created again has another uid.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(10);

    // As long as a write is tried.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly object _lock = new();
    private readonly Dictionary<object, Lookup> _lookups = [];
    private readonly RunningTasks _waiting = new();

    /// <summary>Does something with an object once it is found, or with the error that says why it is not.</summary>
    public void WhenFound(ObjectTarget target, Action<ObjectReference> then, Action<Exception> notFound)
    {
        Task<ObjectReference>? found;
        lock (_lock)
        {
            found = Remembered(target);
            if (found is not { IsCompletedSuccessfully: true })
            {
                Wait(found, target, then, notFound);
                return;
            }
        }

        then(found.Result);
    }

    private void Wait(Task<ObjectReference>? found, ObjectTarget target, Action<ObjectReference> then, Action<Exception> notFound)
    {
        if (_waiting.Count >= MostWaiting)
        {
            notFound(new InvalidOperationException($"{MostWaiting} others wait for their objects to be looked up: give objects instead of names."));
            return;
        }

        _waiting.Add(ThenAsync(found ?? Find(target), then, notFound));
    }

    /// <summary>Waits until everything that was named has been found or not.</summary>
    /// <returns>How many are still looked up at the timeout.</returns>
    public Task<int> CompleteAsync(TimeSpan? timeout, CancellationToken cancellationToken) =>
        RunningTasks.WaitAsync(_waiting.All(), timeout, session.Time, cancellationToken);

    private Task<ObjectReference>? Remembered(ObjectTarget target) =>
        _lookups.TryGetValue(Key(target), out var known) && !known.Found.IsFaulted && session.Time.GetElapsedTime(known.Began) < RememberedFor ? known.Found : null;

    private Task<ObjectReference> Find(ObjectTarget target)
    {
        if (_lookups.Count >= MostRemembered)
            _lookups.Clear();
        var before = _lookups.TryGetValue(Key(target), out var last) && last.Found.IsCompletedSuccessfully ? last.Found.Result : null;
        var found = Task.Run(() => FindAsync(target, before));
        _lookups[Key(target)] = new Lookup(found, session.Time.GetTimestamp());
        return found;
    }

    // In an outage it is taken for what it was before: an event about another of its name is better than none.
    private async Task<ObjectReference> FindAsync(ObjectTarget target, ObjectReference? before)
    {
        try
        {
            return await session.Lookup(new Deadline(session.Time, before is null ? Patience : RememberedFor)).FindAsync(target, inNamespace, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception away) when (before is not null && PatientLookup.IsTransient(away))
        {
            return before;
        }
    }

    private static object Key(ObjectTarget target) => target switch
    {
        NamedTarget named => (named.Name, named.Namespace),
        KnownTarget known => known.Reference,
        _ => target,
    };

    private static async Task ThenAsync(Task<ObjectReference> lookup, Action<ObjectReference> then, Action<Exception> notFound)
    {
        try
        {
            then(await lookup.ConfigureAwait(false));
        }
#pragma warning disable CA1031 // Nobody awaits this.
        catch (Exception error)
#pragma warning restore CA1031
        {
            notFound(error);
        }
    }

    private sealed record Lookup(Task<ObjectReference> Found, long Began);
}
