namespace EventRecording;

/// <summary>A file of events cannot be written or read; the message says which, why, and what to do.</summary>
public sealed class EventArchiveException : IOException
{
    /// <summary>It cannot be written or read.</summary>
    public EventArchiveException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
