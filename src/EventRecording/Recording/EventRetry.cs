namespace EventRecording;

/// <summary>A write that failed for now.</summary>
/// <param name="Source">Who recorded.</param>
/// <param name="Occurrence">What is to be written, the latest one where several of a series are written together.</param>
/// <param name="Count">How many occurrences.</param>
/// <param name="Attempts">How often the write was tried so far.</param>
/// <param name="Delay">How long it waits before the next try.</param>
/// <param name="Error">Why the last try failed.</param>
public sealed record EventRetry(EventReporter Source, Occurrence Occurrence, int Count, int Attempts, TimeSpan Delay, Exception Error);
