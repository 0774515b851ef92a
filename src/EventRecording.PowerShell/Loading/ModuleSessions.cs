using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>What the runspaces of this process share.</summary>
internal static class ModuleSessions
{
    /// <summary>The sessions.</summary>
    public static ClusterSessions Current { get; } = new(new KubeConfigurationLoader(), configuration => new ClusterConnection(configuration));

    /// <summary>What was said already of reasons.</summary>
    public static ReasonAdvice ReasonAdvice { get; } = new();

    /// <summary>The sandboxes.</summary>
    public static SandboxSet Sandboxes { get; } = new(async sandbox =>
    {
        await Current.CloseAsync(new ClusterSelection(sandbox.Kubeconfig, null)).ConfigureAwait(false);
        Current.Forget(sandbox.Url);
    });

    /// <summary>What TAB offers.</summary>
    public static ClusterCompletion Completion { get; } = new(Current, TimeProvider.System);
}
