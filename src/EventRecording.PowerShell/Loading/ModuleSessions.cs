using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>What the runspaces of this process share.</summary>
internal static class ModuleSessions
{
    /// <summary>The sessions.</summary>
    public static ClusterSessions Current { get; } = new(new KubeConfigurationLoader(), configuration => new ClusterConnection(configuration));

    /// <summary>The sandboxes.</summary>
    public static SandboxSet Sandboxes { get; } = new(kubeconfig => Current.CloseAsync(new ClusterSelection(kubeconfig, null)));

    /// <summary>What TAB offers.</summary>
    public static ClusterCompletion Completion { get; } = new(Current, TimeProvider.System);
}
