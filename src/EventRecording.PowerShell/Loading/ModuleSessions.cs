using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>The sessions of this process, shared by its runspaces.</summary>
internal static class ModuleSessions
{
    public static ClusterSessions Current { get; } = new(new KubeConfigurationLoader(), configuration => new ClusterConnection(configuration));
}
