namespace EventRecording.Cluster;

/// <summary>
/// The configuration of a cluster is missing, broken or says something that is not supported, or gives no credential; the message tells
/// which setting, where, and what to do.
/// </summary>
public class ClusterConfigurationException : EventStoreException
{
    /// <summary>An error of configuration: nothing was sent.</summary>
    public ClusterConfigurationException(string message, Exception? innerException = null)
        : base(message, innerException) => WasNotSent = true;
}
