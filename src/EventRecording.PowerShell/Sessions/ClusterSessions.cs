using System.Runtime.ExceptionServices;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>The sessions of one runspace: one for each kubeconfig, context, user and spool.</summary>
/// <param name="loader">Finds and reads configurations.</param>
/// <param name="links">The connections, which the runspaces share.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterSessions(IConfigurationLoader loader, ClusterLinks links, TimeProvider time)
{
    // A script may make a kubeconfig for each thing that it does.
    private const int MostRemembered = 64;

    private readonly object _lock = new();
    private readonly Dictionary<ClusterSelection, Entry> _entries = [];
    private readonly LeasePool<SessionKey, ClusterSession> _sessions = new(session => session.IsBusy, session => session.DisposeAsync().AsTask(), time);
    private readonly Dictionary<ClusterUser, BackgroundWrites> _background = [];

    /// <summary>A session to use until the lease is disposed. A kubeconfig that was changed since is read again.</summary>
    /// <param name="selection">The cluster.</param>
    /// <param name="spool">Where is kept what cannot be written in time; <see langword="null"/> for nowhere.</param>
    /// <exception cref="ClusterConfigurationException">No cluster is configured, or its configuration cannot be used.</exception>
    public Lease<ClusterSession> Lease(ClusterSelection selection, SpoolPlace? spool = null) => Lease(Find(selection), spool);

    /// <summary>As <see cref="Lease(ClusterSelection, SpoolPlace)"/>, followed by the sessions of the same configuration, context and user with another spool, or none.</summary>
    /// <exception cref="ClusterConfigurationException">No cluster is configured, or its configuration cannot be used.</exception>
    public IReadOnlyList<Lease<ClusterSession>> LeaseAll(ClusterSelection selection, SpoolPlace? spool)
    {
        var entry = Find(selection);
        var asked = new SessionKey(entry.Link, spool);
        return [Lease(entry, spool), .. _sessions.LeaseAll(key => key != asked && key.Link.InAnyEnvironment() == entry.Link.InAnyEnvironment())];
    }

    /// <summary>The sessions of all clusters.</summary>
    public IReadOnlyList<Lease<ClusterSession>> LeaseAll() => _sessions.LeaseAll(_ => true);

    /// <summary>Sessions of several contexts, each once. One that cannot be used is told of, and the others are given.</summary>
    /// <param name="selection">The kubeconfig; its context does not count.</param>
    /// <param name="asked">Names and patterns.</param>
    /// <param name="tell">Told what cannot be used, and why.</param>
    /// <exception cref="ClusterConfigurationException">It was the only one.</exception>
    /// <exception cref="FormatException">A pattern cannot be read.</exception>
    public IReadOnlyList<Lease<ClusterSession>> LeaseContexts(ClusterSelection selection, IReadOnlyList<string> asked, Action<string, ClusterConfigurationException> tell)
    {
        // A file of a hundred clusters takes a while to read.
        var open = new Lazy<Func<string?, ClusterConfiguration>>(() => loader.Open(selection));
        var (there, names, leases) = (Contexts(selection), new List<string>(), new List<Lease<ClusterSession>>());
        var failures = new List<(string Name, ClusterConfigurationException Error)>();
        foreach (var one in asked)
            Try(one, () => names.AddRange(ContextNames.Find(one, there)));
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            Try(name, () => leases.Add(Lease(Find(selection with { Context = name }, it => open.Value(it.Context)), null)));
        if (leases.Count == 0 && failures is [var only])
            ExceptionDispatchInfo.Throw(only.Error);
        failures.ForEach(failure => tell(failure.Name, failure.Error));
        return leases;

        void Try(string name, Action action)
        {
            try
            {
                action();
            }
            catch (ClusterConfigurationException error)
            {
                failures.Add((name, error));
            }
        }
    }

    /// <summary>Another one where another configuration is meant.</summary>
    public ConfigurationStamp Stamp(ClusterSelection selection) => Stamp(loader.Stamp(selection), Remembered(selection)?.Configuration);

    /// <summary>Names of the contexts of a kubeconfig, or of those that are configured.</summary>
    /// <exception cref="ClusterConfigurationException">A kubeconfig cannot be read.</exception>
    public IReadOnlyList<string> Contexts(ClusterSelection selection) => loader.Contexts(selection);

    /// <summary>What nobody waits for, of each cluster and user.</summary>
    public IReadOnlyList<BackgroundWrites> Background()
    {
        lock (_lock)
            return [.. _background.Values];
    }

    /// <summary>What nobody waits for, of one cluster and user.</summary>
    public BackgroundWrites Background(ClusterUser owner)
    {
        lock (_lock)
        {
            if (!_background.TryGetValue(owner, out var background))
                _background[owner] = background = new BackgroundWrites(owner);
            return background;
        }
    }

    /// <summary>Writes what is pending until the deadline, and closes the sessions and recorders; a session that is in use is closed when it no longer is.</summary>
    public Task CloseAsync(TimeSpan deadline) => CloseAsync(_ => true, deadline);

    /// <summary>As <see cref="CloseAsync(TimeSpan)"/>, with those of the kubeconfig that is selected, in any context and through any proxy.</summary>
    public async Task CloseAsync(ClusterSelection selection, TimeSpan deadline)
    {
        var files = loader.Stamp(selection).Files;
        await CloseAsync(key => key.Stamp.Files == files, deadline).ConfigureAwait(false);
        links.Retire(key => key.Stamp.Files == files);
    }

    /// <summary>The process ends: as <see cref="CloseAsync(TimeSpan)"/>, with the sessions that are in use, too; steps that are not over have failed, and what waits for an object is recorded on it as it was given.</summary>
    public async Task EndAsync(TimeSpan timeout)
    {
        var deadline = new Deadline(time, timeout);
        var sessions = _sessions.All();
        foreach (var stop in sessions.SelectMany(session => session.OpenSteps.Values))
            stop();
        await Task.WhenAll(sessions.Select(session => session.Awaited.EndLookupsAsync(timeout / 2))).ConfigureAwait(false);
        var left = deadline.Left!.Value;
        await Task.WhenAll([.. Background().SelectMany(background => background.Recorders()).Select(recorder => recorder.CloseAsync(left)), .. sessions.Select(session => session.CloseAsync(left))]).ConfigureAwait(false);
        await Task.WhenAll(sessions.Select(session => session.Awaited.TellLostAsync(timeout))).ConfigureAwait(false);
    }

    /// <summary>The runspace has ended: what it began is written, however long that takes, and its recorders and the sessions with a spool are closed.</summary>
    /// <param name="heir">Who reports what becomes of it.</param>
    public async Task LeaveAsync(Func<ClusterUser, BackgroundWrites> heir)
    {
        foreach (var session in _sessions.All())
            session.Awaited.HandOverAll();
        var background = Background();
        foreach (var writes in background)
            writes.LeaveTo(heir(writes.Owner));
        await Task.WhenAll([.. background.SelectMany(writes => writes.Pending()), .. background.SelectMany(writes => writes.Recorders()).Select(FinishAsync)]).ConfigureAwait(false);
        // What lies in a spool, perhaps another's, is left to the next that uses it: it would keep the sessions of all that ever ended.
        // The others are closed when they were unused for a while; at the end of a process that would cost for nothing.
        await _sessions.RetireAsync(key => key.Spool is not null).ConfigureAwait(false);

        static async Task FinishAsync(KubeEventRecorder recorder)
        {
            await recorder.FlushAsync(null, CancellationToken.None).ConfigureAwait(false);
            await recorder.CloseAsync(ClusterSession.CloseDeadline).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets what failed on a cluster that is no more; nobody could be told.</summary>
    public void Forget(Uri server)
    {
        lock (_lock)
        {
            foreach (var owner in _background.Keys.Where(owner => owner.Server == server).ToArray())
                _background.Remove(owner);
        }
    }

    // Recorders and sessions write at the same time: one deadline for all.
    private async Task CloseAsync(Func<LinkKey, bool> which, TimeSpan timeout)
    {
        var deadline = new Deadline(time, timeout);
        var closing = _sessions.LeaseAll(key => which(key.Link));
        var recorders = Background().SelectMany(background => background.Recorders()).Where(recorder => closing.Any(lease => lease.Value == recorder.Session));
        await Task.WhenAll([.. recorders.Select(recorder => recorder.CloseAsync(timeout)), .. closing.Select(lease => lease.Value.DrainAsync(timeout))]).ConfigureAwait(false);
        foreach (var lease in closing)
            lease.Dispose();
        await _sessions.RetireAsync(key => which(key.Link), session => session.CloseAsync(deadline.Left!.Value)).ConfigureAwait(false);
    }

    private Lease<ClusterSession> Lease(Entry entry, SpoolPlace? spool) => _sessions.Lease(new SessionKey(entry.Link, spool), () =>
        new ClusterSession(links.Lease(entry.Link, entry.Configuration), spool, time, Background(new ClusterUser(entry.Configuration.Server, entry.Configuration.UserName))));

    private Entry Find(ClusterSelection selection) => Find(selection, loader.Load);

    private Entry Find(ClusterSelection selection, Func<ClusterSelection, ClusterConfiguration> load)
    {
        // Files are looked at and read outside of the lock: a disk that hangs holds up nobody else.
        var stamp = loader.Stamp(selection);
        if (Remembered(selection) is { } entry)
        {
            if (entry.Link.Stamp == Stamp(stamp, entry.Configuration))
                return entry;
            // What another environment began still has its user, who may come back.
            if (entry.Link.Stamp.InAnyEnvironment() != stamp)
                _ = RetireAsync(entry.Link.Stamp);
        }

        var configuration = load(selection);
        stamp = Stamp(stamp, configuration);
        lock (_lock)
        {
            // Who read the same at the same time may have been faster.
            if (_entries.TryGetValue(selection, out entry) && entry.Link.Stamp == stamp)
                return entry;
            if (_entries.Count >= MostRemembered)
                _entries.Clear();
            return _entries[selection] = new Entry(new LinkKey(stamp, configuration.ContextName, configuration.UserName), configuration);
        }
    }

    // Only where a plugin is run: a script may call a cmdlet a thousand times.
    private ConfigurationStamp Stamp(ConfigurationStamp stamp, ClusterConfiguration? configuration) =>
        configuration?.Exec is null ? stamp : stamp with { PluginEnvironment = loader.PluginEnvironment };

    private Entry? Remembered(ClusterSelection selection)
    {
        lock (_lock)
            return _entries.GetValueOrDefault(selection);
    }

    // A token that was replaced must not be used again.
    private async Task RetireAsync(ConfigurationStamp stamp)
    {
        await _sessions.RetireAsync(key => key.Link.Stamp.InAnyEnvironment() == stamp.InAnyEnvironment()).ConfigureAwait(false);
        links.Retire(key => key.Stamp.InAnyEnvironment() == stamp.InAnyEnvironment());
    }

    private sealed record Entry(LinkKey Link, ClusterConfiguration Configuration);

    private sealed record SessionKey(LinkKey Link, SpoolPlace? Spool);
}
