using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>One connection and what hangs on it, shared by all cmdlets that talk to one cluster as one user.</summary>
internal sealed class ClusterSession : IAsyncDisposable
{
    /// <summary>How long what is pending is written when a session or recorder is closed.</summary>
    internal static readonly TimeSpan DisposeDeadline = TimeSpan.FromSeconds(10);

    private readonly ClusterConnection _connection;
    private readonly Lazy<EventBroadcaster> _broadcaster;

    /// <param name="connection">The connection, which the session closes.</param>
    /// <param name="spoolPath">Directory for what cannot be written in time; <see langword="null"/> for none.</param>
    /// <param name="time">The clock; default: the system's.</param>
    /// <param name="handedOver">What is handed over without waiting, of all sessions of the cluster and user; default: of this one.</param>
    public ClusterSession(ClusterConnection connection, string? spoolPath = null, TimeProvider? time = null, HandedOverWrites? handedOver = null)
    {
        _connection = connection;
        SpoolPath = spoolPath;
        HandedOver = handedOver ?? new HandedOverWrites();
        Time = time ?? TimeProvider.System;
        Mapper = new ResourceMapper(connection);
        Source = new ClusterEventSource(connection);
        Owned = new OwnedObjects(connection, Mapper);
        connection.WarningReceived += (_, text) => Notices.Warn(text);
        // Whoever calls Write-KubeEvent asked for each single one.
        _broadcaster = new Lazy<EventBroadcaster>(() => new EventBroadcaster(new ClusterEventSink(connection), Options(HandedOver) with { Combining = null, RateLimit = null }));
    }

    public TimeProvider Time { get; }

    public ResourceMapper Mapper { get; }

    public IEventSource Source { get; }

    public OwnedObjects Owned { get; }

    /// <summary>Where is kept what cannot be written in time; <see langword="null"/> where nothing is.</summary>
    public string? SpoolPath { get; }

    public HandedOverWrites HandedOver { get; }

    public EventBroadcaster Broadcaster => _broadcaster.Value;

    public SessionNotices Notices { get; } = new();

    /// <summary>A cmdlet has used it.</summary>
    public bool IsInUse { get; set; }

    /// <summary>A request asks nobody at the console: a credential plugin may ask only when a cmdlet runs, not at TAB.</summary>
    public bool IsQuiet => IsInUse || _connection.Configuration.Exec is null or { InteractiveMode: ExecInteractiveMode.Never };

    /// <summary>The namespace where none is given.</summary>
    public string Namespace => _connection.Configuration.Namespace;

    /// <summary>A broadcaster of its own for a recorder, which combines similar events and limits the rate as in Go.</summary>
    public EventBroadcaster NewBroadcaster(ObjectReferenceReader reader, string? instance) =>
        new(new ClusterEventSink(_connection), Options(HandedOver.Everything) with { ObjectReader = reader, ReportingInstance = instance });

    /// <summary>Writes what is pending, and sends what is in the spool.</summary>
    public async Task<FlushResult> FlushAsync(TimeSpan? timeout, CancellationToken cancellationToken) =>
        SpoolPath is null && !_broadcaster.IsValueCreated ? new FlushResult(0, 0, []) : await Broadcaster.FlushAsync(timeout, cancellationToken).ConfigureAwait(false);

    /// <summary>Writes what is pending and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_broadcaster.IsValueCreated)
            await _broadcaster.Value.DisposeAsync().ConfigureAwait(false);
        _connection.Dispose();
    }

    private EventBroadcasterOptions Options(IEventObserver handedOver) => new()
    {
        DisposeDeadline = DisposeDeadline,
        Spool = SpoolPath is null ? null : ClusterSpool.For(_connection, SpoolPath),
        Observers = [Notices, handedOver],
        TimeProvider = Time,
    };
}
