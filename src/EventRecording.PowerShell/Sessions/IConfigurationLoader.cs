using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Finds and reads the configuration of a cluster.</summary>
internal interface IConfigurationLoader
{
    /// <summary>Which files <see cref="Load"/> reads, and in which state they are: another text, another configuration.</summary>
    string Stamp(ClusterSelection selection);

    /// <summary>Names of the contexts, of which <see cref="Load"/> takes one.</summary>
    /// <exception cref="ClusterConfigurationException">A kubeconfig cannot be read.</exception>
    IReadOnlyList<string> Contexts(string? kubeconfig);

    /// <exception cref="ClusterConfigurationException">No cluster is configured, or its configuration cannot be used.</exception>
    ClusterConfiguration Load(ClusterSelection selection);
}
