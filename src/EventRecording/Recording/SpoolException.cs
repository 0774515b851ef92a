namespace EventRecording;

/// <summary>Events could neither be written nor kept in the spool; the message says both why they were not written and why they could not be kept.</summary>
public sealed class SpoolException(string message, Exception? innerException = null) : Exception(message, innerException);
