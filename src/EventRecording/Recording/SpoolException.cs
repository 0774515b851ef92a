namespace EventRecording;

/// <summary>Events could neither be written nor kept in the spool, or what was kept cannot be sent any more; the message says why.</summary>
public sealed class SpoolException(string message, Exception? innerException = null) : Exception(message, innerException);
