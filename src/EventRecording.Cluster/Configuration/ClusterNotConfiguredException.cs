namespace EventRecording.Cluster;

/// <summary>There is no kubeconfig with anything in it, and no service account of a pod; the message tells where was looked, and what can be done by the environment and files.</summary>
public sealed class ClusterNotConfiguredException : ClusterConfigurationException
{
    /// <summary>An error of configuration: nothing was sent.</summary>
    public ClusterNotConfiguredException(string message)
        : base(message)
    {
    }
}
