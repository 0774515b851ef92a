namespace EventRecording.Sandbox;

/// <summary>All objects with their history: every write makes a new version, and old ones can be read until they are compacted.</summary>
/// <remarks>Reads take no lock: a state is an immutable value. Writes are prepared outside of the lock and committed inside.</remarks>
internal sealed class ObjectStore
{
    private readonly object _gate = new();
    private readonly int _historyLimit;
    private readonly List<Change> _history = [];
    private Change _last;

    public ObjectStore(int historyLimit)
    {
        _historyLimit = historyLimit;
        _last = Begin(StoreState.Empty);
    }

    public StoreState Current => Last.After;

    /// <summary>The newest change; a watch from now on waits for what follows it.</summary>
    public Change Last => Volatile.Read(ref _last);

    /// <summary>Replaces <paramref name="expected"/> (<see langword="null"/>: nothing there) by what is made for the new version.</summary>
    /// <returns>The change, or <see langword="null"/> if somebody else was faster.</returns>
    public Change? TryCommit(string key, StoredObject? expected, Func<long, StoredObject?> make)
    {
        lock (_gate)
        {
            var state = Current;
            if (!ReferenceEquals(state.Find(key), expected))
                return null;
            var version = state.Version + 1;
            var stored = make(version);
            var objects = expected is null ? state.Objects : state.Objects.Remove(expected);
            if (stored is not null)
                objects = objects.Add(stored);
            return Append(new Change(version, expected, stored, new StoreState(version, objects)));
        }
    }

    /// <summary>The change at a version, with the state after it and all that follows; <see langword="null"/> if it is compacted.</summary>
    public Change? At(long version)
    {
        lock (_gate)
        {
            if (version >= _last.Version)
                return _last;
            var index = version - _history[0].Version;
            return index < 0 ? null : _history[(int)index];
        }
    }

    /// <summary>Forgets all versions before this one.</summary>
    public void Compact(long version)
    {
        lock (_gate)
            CompactTo(Math.Min(version, Current.Version));
    }

    /// <summary>Puts a state in the place of the present one, as a restored backup does; there is no history then.</summary>
    public void Restore(StoreState state)
    {
        lock (_gate)
        {
            _history.Clear();
            Volatile.Write(ref _last, Begin(state));
        }
    }

    /// <summary>The change that stands for all before it.</summary>
    private Change Begin(StoreState state)
    {
        var change = new Change(state.Version, null, null, state);
        _history.Add(change);
        return change;
    }

    private Change Append(Change change)
    {
        _history.Add(change);
        var previous = _last;
        Volatile.Write(ref _last, change);
        previous.Append(change);
        // Dropped in blocks: shifting the list for each write would cost more than the write.
        if (_history.Count >= 2 * _historyLimit)
            CompactTo(change.Version - _historyLimit);
        return change;
    }

    private void CompactTo(long version)
    {
        var gone = version - _history[0].Version;
        if (gone > 0)
            _history.RemoveRange(0, (int)gone);
    }
}
