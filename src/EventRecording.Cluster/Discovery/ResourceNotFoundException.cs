namespace EventRecording.Cluster;

/// <summary>A server has no resource of a name or kind; the message names similar ones, and the groups that did not answer.</summary>
public sealed class ResourceNotFoundException : Exception
{
    internal ResourceNotFoundException(string message)
        : base(message)
    {
    }
}
