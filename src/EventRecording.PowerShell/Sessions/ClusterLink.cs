using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>A connection with what it learned of the cluster, shared by all runspaces that talk to one cluster as one user.</summary>
internal sealed class ClusterLink : IDisposable
{
    public ClusterLink(ClusterConnection connection)
    {
        Connection = connection;
        Mapper = new ResourceMapper(connection);
        connection.WarningReceived += (_, text) => Notices.Warn(text);
        connection.Waiting += (_, text) => Notices.Tell(new WaitingMessage(text, text));
    }

    public ClusterConnection Connection { get; }

    public ResourceMapper Mapper { get; }

    /// <summary>What the server warns of, and when it is asked again.</summary>
    public Notices Notices { get; } = new();

    /// <summary>Its credential is that of an exec plugin.</summary>
    public bool HasPlugin => Connection.Configuration.Exec is not null;

    /// <summary>A cmdlet has used it.</summary>
    public bool WasUsedByCmdlet { get; set; }

    /// <summary>TAB may use it: a credential plugin that asks at the console may do so only when a cmdlet runs.</summary>
    public bool MayServeCompletion => WasUsedByCmdlet || Connection.Configuration.Exec is null or { InteractiveMode: ExecInteractiveMode.Never };

    public void Dispose() => Connection.Dispose();
}

/// <summary>The connections of this process: one for each kubeconfig, context and user, whichever runspaces use it.</summary>
/// <param name="connect">Makes a connection.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterLinks(Func<ClusterConfiguration, ClusterConnection> connect, TimeProvider time)
{
    private readonly LeasePool<LinkKey, ClusterLink> _links = new(_ => false, Close, time);

    public Lease<ClusterLink> Lease(LinkKey key, ClusterConfiguration configuration) => _links.Lease(key, () => new ClusterLink(connect(configuration)));

    /// <summary>Nobody is given one of these connections any more.</summary>
    public void Retire(Func<LinkKey, bool> which) => _ = _links.RetireAsync(which);

    /// <summary>Closes what no session uses.</summary>
    public void CloseUnused() => _ = _links.CloseUnusedAsync();

    private static Task Close(ClusterLink link)
    {
        link.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary>What connections differ by.</summary>
/// <param name="Stamp">What the configuration was made of.</param>
/// <param name="Context">The context.</param>
/// <param name="User">The user.</param>
internal sealed record LinkKey(ConfigurationStamp Stamp, string? Context, string? User)
{
    public LinkKey InAnyEnvironment() => this with { Stamp = Stamp.InAnyEnvironment() };
}
