namespace EventRecording.Cluster;

/// <summary>Why no usable answer came.</summary>
public enum ClusterConnectionFailure
{
    /// <summary>No connection: the name has no address, nobody listens, the proxy refused.</summary>
    Unreachable,

    /// <summary>The server's certificate was refused, or the server refused the client's.</summary>
    Certificate,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The connection broke before the answer was complete.</summary>
    Broken,

    /// <summary>The answer is not what an API server sends, or larger than allowed.</summary>
    BadAnswer,
}

/// <summary>No usable answer came from an API server; the message names its address and where that was configured.</summary>
public sealed class ClusterConnectionException : EventStoreException
{
    /// <summary>An error of the connection. It may pass, unless it is one of certificates; where nothing else is said, nothing was sent without a connection.</summary>
    public ClusterConnectionException(ClusterConnectionFailure failure, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
        IsTransient = failure != ClusterConnectionFailure.Certificate;
        WasNotSent = failure is ClusterConnectionFailure.Unreachable or ClusterConnectionFailure.Certificate;
    }

    /// <summary>What went wrong.</summary>
    public ClusterConnectionFailure Failure { get; }
}
