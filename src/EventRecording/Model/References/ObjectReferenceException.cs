namespace EventRecording;

/// <summary>An object cannot be referred to; the message tells what it lacks.</summary>
public sealed class ObjectReferenceException : ArgumentException
{
    /// <summary>An error with its explanation.</summary>
    public ObjectReferenceException(string message)
        : base(message)
    {
    }
}
