namespace EventRecording.Cluster;

/// <summary>
/// The configuration of a cluster is missing, broken or says something that is not supported; the message tells which setting, where, and
/// what to do.
/// </summary>
public class ClusterConfigurationException : Exception
{
    /// <summary>An error of configuration.</summary>
    public ClusterConfigurationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
