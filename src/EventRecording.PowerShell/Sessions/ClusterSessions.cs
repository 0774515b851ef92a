using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>The sessions of this process: one for each kubeconfig, context, user and spool, whichever runspaces use it.</summary>
/// <param name="loader">Finds and reads configurations.</param>
/// <param name="connect">Makes the connection of a session.</param>
internal sealed class ClusterSessions(IConfigurationLoader loader, Func<ClusterConfiguration, ClusterConnection> connect)
{
    private readonly object _lock = new();
    private readonly Dictionary<ClusterSelection, Entry> _entries = [];
    private readonly Dictionary<SessionKey, SharedSession> _sessions = [];
    private readonly Dictionary<(Uri Server, string? User), HandedOverWrites> _handedOver = [];

    /// <summary>A session to use until the lease is disposed. A kubeconfig that was changed since is read again.</summary>
    /// <param name="selection">The cluster.</param>
    /// <param name="spoolPath">Full path of the directory for what cannot be written in time; <see langword="null"/> for none.</param>
    /// <exception cref="ClusterConfigurationException">No cluster is configured, or its configuration cannot be used.</exception>
    public SessionLease Lease(ClusterSelection selection, string? spoolPath = null)
    {
        lock (_lock)
            return Session(Find(selection), spoolPath).Lease();
    }

    /// <summary>As <see cref="Lease"/>, followed by the sessions of the same configuration, context and user with another spool, or none.</summary>
    /// <exception cref="ClusterConfigurationException">No cluster is configured, or its configuration cannot be used.</exception>
    public IReadOnlyList<SessionLease> LeaseAll(ClusterSelection selection, string? spoolPath)
    {
        lock (_lock)
        {
            var entry = Find(selection);
            var wanted = Session(entry, spoolPath);
            var key = Key(entry, spoolPath);
            var others = _sessions.Where(other => other.Value != wanted && other.Key with { SpoolPath = spoolPath } == key).Select(other => other.Value.Lease());
            return [wanted.Lease(), .. others];
        }
    }

    /// <summary>Another text where another configuration is meant.</summary>
    public string Stamp(ClusterSelection selection) => loader.Stamp(selection);

    /// <summary>Names of the contexts of a kubeconfig, or of those that are configured.</summary>
    /// <exception cref="ClusterConfigurationException">A kubeconfig cannot be read.</exception>
    public IReadOnlyList<string> Contexts(string? kubeconfig) => loader.Contexts(kubeconfig);

    /// <summary>Waits until recorders have found the objects that they were given by name.</summary>
    public Task CompleteLookupsAsync(TimeSpan timeout) =>
        Task.WhenAll(HandedOver().SelectMany(handedOver => handedOver.Recorders.All()).Select(recorder => recorder.CompleteLookupsAsync(timeout)));

    /// <summary>How many occurrences failed without anybody having been told, and the first error.</summary>
    public (long Failed, CmdletError? First) TakeUntold()
    {
        var reports = HandedOver().Select(handedOver => handedOver.TakeReport()).ToArray();
        return (reports.Sum(report => report.Failed), reports.SelectMany(report => report.Errors).FirstOrDefault());
    }

    /// <summary>Disposes the recorders that a runspace made.</summary>
    public Task DisposeRecordersAsync(object? owner) => Task.WhenAll(
        HandedOver().SelectMany(handedOver => handedOver.Recorders.All()).Where(recorder => Equals(recorder.Owner, owner)).Select(recorder => recorder.DisposeAsync()));

    /// <summary>Writes what is pending and closes all sessions; one that is in use is closed when it no longer is.</summary>
    public async Task CloseAsync()
    {
        Task[] closing;
        lock (_lock)
        {
            closing = [.. _sessions.Values.Select(session => session.RetireAsync())];
            _sessions.Clear();
            _entries.Clear();
        }

        await Task.WhenAll(closing).ConfigureAwait(false);
    }

    /// <summary>As <see cref="CloseAsync()"/>, with the sessions of the kubeconfig that is selected, in any context, and their recorders.</summary>
    public async Task CloseAsync(ClusterSelection selection)
    {
        SharedSession[] closing;
        lock (_lock)
            closing = Remove(loader.Stamp(selection));
        var recorders = closing.SelectMany(session => session.Recorders).ToArray();
        await Task.WhenAll(recorders.Select(recorder => recorder.DisposeAsync())).ConfigureAwait(false);
        await Task.WhenAll(closing.Select(session => session.RetireAsync())).ConfigureAwait(false);
    }

    /// <summary>Forgets what failed on a cluster that is no more; nobody could be told.</summary>
    public void Forget(Uri server)
    {
        lock (_lock)
        {
            foreach (var owner in _handedOver.Keys.Where(owner => owner.Server == server).ToArray())
                _handedOver.Remove(owner);
        }
    }

    private static SessionKey Key(Entry entry, string? spoolPath) =>
        new(entry.Stamp, entry.Configuration.ContextName, entry.Configuration.UserName, spoolPath);

    private SharedSession Session(Entry entry, string? spoolPath)
    {
        var key = Key(entry, spoolPath);
        if (!_sessions.TryGetValue(key, out var session))
            _sessions[key] = session = new SharedSession(new ClusterSession(connect(entry.Configuration), spoolPath, handedOver: HandedOver(entry.Configuration)));
        return session;
    }

    private HandedOverWrites[] HandedOver()
    {
        lock (_lock)
            return [.. _handedOver.Values];
    }

    private HandedOverWrites HandedOver(ClusterConfiguration configuration)
    {
        var owner = (configuration.Server, configuration.UserName);
        if (!_handedOver.TryGetValue(owner, out var handedOver))
            _handedOver[owner] = handedOver = new HandedOverWrites();
        return handedOver;
    }

    private Entry Find(ClusterSelection selection)
    {
        var stamp = loader.Stamp(selection);
        if (_entries.TryGetValue(selection, out var entry))
        {
            if (entry.Stamp == stamp)
                return entry;
            foreach (var outdated in Remove(entry.Stamp))
                _ = outdated.RetireAsync();
        }

        return _entries[selection] = new Entry(stamp, loader.Load(selection));
    }

    private SharedSession[] Remove(string stamp)
    {
        foreach (var selection in _entries.Where(it => it.Value.Stamp == stamp).Select(it => it.Key).ToArray())
            _entries.Remove(selection);
        var keys = _sessions.Keys.Where(it => it.Stamp == stamp).ToArray();
        var sessions = keys.Select(key => _sessions[key]).ToArray();
        foreach (var key in keys)
            _sessions.Remove(key);
        return sessions;
    }

    private sealed record Entry(string Stamp, ClusterConfiguration Configuration);

    private sealed record SessionKey(string Stamp, string? Context, string? User, string? SpoolPath);
}
