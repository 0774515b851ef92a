using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Support;

/// <summary>Configurations and connections for tests.</summary>
internal static class Clusters
{
    public static ClusterConfiguration Configuration { get; } = new()
    {
        Server = new Uri("https://cluster.example.com:6443"),
        Origin = "context 'prod' of /home/me/.kube/config",
    };

    public static ClusterConnection Over(HttpMessageHandler handler, ClusterConfiguration? configuration = null, TimeProvider? time = null) =>
        new(configuration ?? Configuration, new ClusterConnectionOptions { Handler = handler, TimeProvider = time ?? TimeProvider.System });

    /// <summary>A connection to a sandbox, over a socket or within the process.</summary>
    public static ClusterConnection Of(KubernetesSandbox sandbox, bool overTcp, Func<ClusterConfiguration, ClusterConfiguration>? change = null)
    {
        var configuration = Configuration with { Server = sandbox.Address };
        return new ClusterConnection(change?.Invoke(configuration) ?? configuration, new ClusterConnectionOptions { Handler = overTcp ? null : sandbox.CreateHandler() });
    }

    /// <summary>What nobody waits for, of some user of the cluster.</summary>
    public static BackgroundWrites NewWrites() => new(new ClusterUser(Configuration.Server, null));

    /// <summary>A session of the cmdlets that closes its connection.</summary>
    public static ClusterSession Session(ClusterConnection connection, string? spoolPath = null, TimeProvider? time = null, BackgroundWrites? background = null)
    {
        var link = new ClusterLink(connection);
        return new ClusterSession(new Lease<ClusterLink>(link, link.Dispose), spoolPath is null ? null : new SpoolPlace(spoolPath, SpoolPlace.UsualTimeToLive), time ?? TimeProvider.System, background ?? NewWrites());
    }
}
