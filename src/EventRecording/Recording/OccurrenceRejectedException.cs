namespace EventRecording;

/// <summary>An occurrence was not accepted: it could not be made an event, or there was no room for it.</summary>
public sealed class OccurrenceRejectedException(string message, Exception? innerException = null) : Exception(message, innerException);
