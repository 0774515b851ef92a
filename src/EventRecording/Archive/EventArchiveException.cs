namespace EventRecording;

/// <summary>A file of events cannot be written or read; the message says which, why, and what to do.</summary>
public sealed class EventArchiveException : IOException
{
    /// <summary>It cannot be written or read.</summary>
    /// <param name="message">Which file, why, and what to do. It is made fit for a terminal: the name of a file may come from anybody.</param>
    /// <param name="innerException">What was thrown.</param>
    public EventArchiveException(string message, Exception? innerException = null)
        : base(SafeText.Lines(message), innerException)
    {
    }
}
