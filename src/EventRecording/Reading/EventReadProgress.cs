namespace EventRecording;

/// <summary>How far a list has come.</summary>
/// <param name="Read">Events received so far, those included that are filtered out here.</param>
/// <param name="Remaining">
/// Events still to come, 0 at the end; <see langword="null"/> where nobody knows: the server does not say with a selector, nor is it known
/// over several namespaces.
/// </param>
public readonly record struct EventReadProgress(long Read, long? Remaining);
