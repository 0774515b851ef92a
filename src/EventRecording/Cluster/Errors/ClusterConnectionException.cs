namespace EventRecording.Cluster;

/// <summary>No usable answer came from an API server; the message names its address and where that was configured.</summary>
public sealed class ClusterConnectionException : Exception
{
    /// <summary>An error of the connection.</summary>
    public ClusterConnectionException(ClusterConnectionFailure failure, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
    }

    /// <summary>What went wrong.</summary>
    public ClusterConnectionFailure Failure { get; }

    /// <summary>A later try may succeed; a certificate does not mend itself.</summary>
    public bool IsTransient => Failure != ClusterConnectionFailure.Certificate;

    /// <summary>Whether the request may have reached the server, so that a write may have been applied.</summary>
    public bool MayHaveBeenSent => Failure is not (ClusterConnectionFailure.Unreachable or ClusterConnectionFailure.Certificate);
}
