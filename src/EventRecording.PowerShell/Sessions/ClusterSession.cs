using System.Collections.Concurrent;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>What the cmdlets of one runspace use to talk to one cluster as one user.</summary>
internal sealed class ClusterSession : IAsyncDisposable
{
    /// <summary>How long what is pending is written when a session or recorder is closed.</summary>
    internal static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(10);

    /// <summary>How long the spool is tried where nobody says: as a write is.</summary>
    internal static readonly TimeSpan SpoolPatience = TimeSpan.FromSeconds(30);

    /// <summary>Whether SIGTERM and SIGHUP leave the process alone: from .NET 10 on the kernel ends it by them, but never the first process of a container.</summary>
    internal static readonly bool OutlivesSignals = Environment.ProcessId == 1 && Environment.Version.Major >= 10;

    private readonly Lease<ClusterLink> _link;
    private readonly SpoolPlace? _spool;
    private readonly object _making = new();
    private volatile EventBroadcaster? _broadcaster;
    private bool _isClosed;

    /// <param name="link">The connection, which the session gives back when it is closed.</param>
    /// <param name="spool">Where is kept what cannot be written in time; <see langword="null"/> for nowhere.</param>
    /// <param name="time">The clock.</param>
    /// <param name="background">What nobody waits for, of all sessions of the runspace, cluster and user.</param>
    public ClusterSession(Lease<ClusterLink> link, SpoolPlace? spool, TimeProvider time, BackgroundWrites background)
    {
        _link = link;
        _spool = spool;
        Background = background;
        Time = time;
        Awaited = new AwaitedWrites(Background, Time);
        Source = new ClusterEventSource(Connection);
        Targets = new TargetResolver(Mapper, Notices, Namespace);
        Uids = new MissingUids(Mapper, Notices, Time, Awaited.EndOfLookups);
    }

    public TimeProvider Time { get; }

    public ResourceMapper Mapper => Link.Mapper;

    public IEventSource Source { get; }

    /// <summary>Finds the objects that are meant.</summary>
    public TargetResolver Targets { get; }

    /// <summary>Finds the uids of objects that are given without one.</summary>
    public MissingUids Uids { get; }

    public OwnedObjects Owned => new(Mapper);

    public RelatedObjects Related => new(Mapper);

    /// <summary>Where is kept what cannot be written in time; <see langword="null"/> where nothing is.</summary>
    public string? SpoolPath => _spool?.Path;

    public BackgroundWrites Background { get; }

    /// <summary>What a cmdlet waits for.</summary>
    public AwaitedWrites Awaited { get; }

    /// <summary>Steps that are not over, with what records that the process ends before them.</summary>
    public ConcurrentDictionary<object, Action> OpenSteps { get; } = new();

    /// <summary>Made when it is first asked for.</summary>
    /// <exception cref="ObjectDisposedException">The session is closed, and nobody would close this one.</exception>
    public EventBroadcaster Broadcaster
    {
        get
        {
            if (_broadcaster is { } made)
                return made;
            lock (_making)
            {
                if (_isClosed)
                    throw new ObjectDisposedException(null, "The session is closed: it records nothing more.");
                // Whoever calls Write-KubeEvent asked for each single one, with a deadline of its own.
                return _broadcaster ??= new EventBroadcaster(new ClusterEventSink(Connection), Options(Background) with { Combining = null, RateLimit = null, WriteDeadline = SpoolPatience });
            }
        }
    }

    public Notices Notices { get; } = new();

    public ClusterLink Link => _link.Value;

    /// <summary>An object is looked up for an event, or something is on its way to the server, or may lie in the spool and is tried again.</summary>
    public bool IsBusy => Awaited.AreBeginning || _broadcaster is { IsIdle: false };

    /// <summary>The context, as messages and events name it; empty without a kubeconfig.</summary>
    public string Context => Connection.Configuration.ContextName ?? "";

    /// <summary>The namespace where none is given.</summary>
    public string Namespace => Connection.Configuration.Namespace;

    private ClusterConnection Connection => Link.Connection;

    /// <summary>Where to say something of this one of several sessions: where their contexts differ, it names its own.</summary>
    public MessagePump OutputAmong(IEnumerable<ClusterSession> sessions, MessagePump output) => sessions.All(it => it.Context == Context) ? output : output.In(Context);

    /// <summary>Looks an object up for as long as is left.</summary>
    public PatientLookup Lookup(Deadline deadline) => new(Targets, Notices, Time, deadline, Awaited.EndOfLookups);

    /// <summary>A broadcaster of its own for a recorder, which combines similar events and limits the rate as in Go.</summary>
    public EventBroadcaster NewBroadcaster(ObjectReferenceReader reader, string? instance, IEventObserver observer) =>
        new(new ClusterEventSink(Connection), Options(Background.Everything, observer) with { ObjectReader = reader, ReportingInstance = instance });

    /// <summary>Writes what is pending, and sends what is in the spool.</summary>
    public async Task<FlushResult> FlushAsync(TimeSpan? timeout, CancellationToken cancellationToken) =>
        SpoolPath is null && _broadcaster is null ? new FlushResult(0, 0, []) : await Broadcaster.FlushAsync(timeout, cancellationToken).ConfigureAwait(false);

    /// <summary>Writes what is pending until the deadline.</summary>
    public Task DrainAsync(TimeSpan deadline) =>
        _broadcaster is { } made && made.Statistics.Pending > 0 ? made.FlushAsync(deadline) : Task.CompletedTask;

    /// <summary>Writes what is pending until the deadline, and gives the connection back.</summary>
    public async Task CloseAsync(TimeSpan deadline)
    {
        lock (_making)
            _isClosed = true;
        if (_broadcaster is { } made)
            await made.CloseAsync(deadline).ConfigureAwait(false);
        _link.Dispose();
    }

    /// <summary>As <see cref="CloseAsync"/>, with the usual deadline.</summary>
    public ValueTask DisposeAsync() => new(CloseAsync(CloseDeadline));

    private EventBroadcasterOptions Options(params IEventObserver[] observers) => new()
    {
        DisposeDeadline = CloseDeadline,
        // Else the module does it for all of them, and for what is not handed over to any yet: see ProcessEnd.
        FlushOnSignals = OutlivesSignals,
        Spool = _spool is null ? null : ClusterSpool.For(Connection, _spool.Path) with { EventTimeToLive = _spool.EventTimeToLive },
        Observers = [Notices, .. observers],
        TimeProvider = Time,
    };
}

/// <summary>Where is kept what cannot be written in time.</summary>
/// <param name="Path">Full path of the directory.</param>
/// <param name="EventTimeToLive">How long events live on the server.</param>
internal sealed record SpoolPlace(string Path, TimeSpan EventTimeToLive)
{
    /// <summary>As long as the API server's default says.</summary>
    public static readonly TimeSpan UsualTimeToLive = TimeSpan.FromHours(1);
}
