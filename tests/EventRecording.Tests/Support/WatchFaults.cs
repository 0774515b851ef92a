using EventRecording.Cluster;

namespace EventRecording.Tests.Support;

/// <summary>How a server tells that the version of a watch is gone.</summary>
internal enum GoneAnswer
{
    Frame,
    Status,
    Close,
}

/// <summary>The server closes the watch.</summary>
internal sealed class WatchEnds : Exception;

/// <summary>The server ends the watch with a frame of the type ERROR.</summary>
internal sealed class ErrorFrame(KubernetesStatus status) : Exception
{
    public KubernetesStatus Status { get; } = status;
}
