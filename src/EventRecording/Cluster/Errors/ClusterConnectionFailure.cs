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
