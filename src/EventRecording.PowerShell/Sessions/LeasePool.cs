namespace EventRecording.PowerShell;

/// <summary>Shares things while they are used. What nobody uses any more is closed after a while, and at once where much lies unused.</summary>
/// <param name="isBusy">Whether a thing still works although nobody uses it: it is kept. Asked under a lock, and must not throw.</param>
/// <param name="close">Closes a thing.</param>
/// <param name="time">The clock.</param>
internal sealed class LeasePool<TKey, T>(Func<T, bool> isBusy, Func<T, Task> close, TimeProvider time)
    where TKey : notnull
{
    /// <summary>How long a thing is kept unused at least.</summary>
    internal static readonly TimeSpan KeptUnused = TimeSpan.FromMinutes(5);

    /// <summary>How many are kept unused: a script may go round the contexts of a kubeconfig again and again.</summary>
    internal const int MostUnused = 16;

    private readonly object _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly HashSet<Entry> _retired = [];
    private ITimer? _timer;
    private bool _timerIsSet;

    /// <summary>The thing of a key until the lease is disposed; it is made where there is none, which may read files.</summary>
    public Lease<T> Lease(TKey key, Func<T> make)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry))
                return Lease(entry);
        }

        // Outside of the lock: a disk that hangs must not hold up whoever needs another one, or ends the process.
        var made = new Entry(key, make());
        Lease<T> lease;
        lock (_lock)
        {
            if (_entries.TryAdd(key, made))
                return Lease(made);
            lease = Lease(_entries[key]);
        }

        _ = CloseAsync([made]);
        return lease;
    }

    /// <summary>All things of some keys.</summary>
    public IReadOnlyList<Lease<T>> LeaseAll(Func<TKey, bool> which)
    {
        lock (_lock)
            return [.. _entries.Values.Where(entry => which(entry.Key)).Select(Lease)];
    }

    /// <summary>All things that are not closed, forgotten ones included that are still used or being closed.</summary>
    public IReadOnlyList<T> All()
    {
        lock (_lock)
            return [.. _entries.Values.Concat(_retired).Select(entry => entry.Value)];
    }

    /// <summary>Forgets the things of some keys: closes those that nobody uses; the others are closed when nobody does.</summary>
    /// <param name="which">The keys.</param>
    /// <param name="closeNow">Closes those that nobody uses; default: as all.</param>
    public Task RetireAsync(Func<TKey, bool> which, Func<T, Task>? closeNow = null)
    {
        List<Entry> unused;
        // In the lock: one that is given back afterwards is closed there.
        lock (_lock)
            unused = Take([.. _entries.Values.Where(entry => which(entry.Key))]).FindAll(entry => entry.Leases == 0);
        return CloseAsync(unused, closeNow);
    }

    /// <summary>Closes what nobody uses.</summary>
    public Task CloseUnusedAsync()
    {
        List<Entry> idle;
        lock (_lock)
            idle = Take([.. Idle()]);
        return CloseAsync(idle);
    }

    private Lease<T> Lease(Entry entry)
    {
        entry.Leases++;
        return new Lease<T>(entry.Value, () => Return(entry));
    }

    private void Return(Entry entry)
    {
        bool isForgotten;
        lock (_lock)
        {
            if (--entry.Leases > 0)
                return;
            entry.UnusedSince = time.GetTimestamp();
            isForgotten = _entries.GetValueOrDefault(entry.Key) != entry;
            SetTimer(isDueNow: _entries.Count > MostUnused);
        }

        if (isForgotten)
            _ = CloseAsync([entry]);
    }

    private void Tidy()
    {
        List<Entry> closing;
        lock (_lock)
        {
            _timerIsSet = false;
            closing = Take([.. Idle().OrderByDescending(entry => entry.UnusedSince)
                .Where((entry, newer) => newer >= MostUnused || time.GetElapsedTime(entry.UnusedSince) >= KeptUnused)]);
            SetTimer(isDueNow: false);
        }

        _ = CloseAsync(closing);
    }

    private IEnumerable<Entry> Idle() => _entries.Values.Where(entry => entry.Leases == 0 && !isBusy(entry.Value));

    private List<Entry> Take(List<Entry> taken)
    {
        foreach (var entry in taken)
            _entries.Remove(entry.Key);
        _retired.UnionWith(taken);
        return taken;
    }

    private void SetTimer(bool isDueNow)
    {
        if ((_timerIsSet && !isDueNow) || !_entries.Values.Any(entry => entry.Leases == 0))
            return;
        _timerIsSet = true;
        _timer ??= time.CreateTimer(_ => Tidy(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(isDueNow ? TimeSpan.Zero : KeptUnused, Timeout.InfiniteTimeSpan);
    }

    // A close that throws at once must end neither the timer's thread nor the closing of the others: only their task fails.
    private Task CloseAsync(IEnumerable<Entry> entries, Func<T, Task>? how = null) => Task.WhenAll(entries.Select(async entry =>
    {
        try
        {
            await (how ?? close)(entry.Value).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                _retired.Remove(entry);
        }
    }));

    private sealed class Entry(TKey key, T value)
    {
        public TKey Key { get; } = key;

        public T Value { get; } = value;

        public int Leases { get; set; }

        public long UnusedSince { get; set; }
    }
}

/// <summary>The use of a shared thing.</summary>
internal sealed class Lease<T>(T value, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public T Value { get; } = value;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
