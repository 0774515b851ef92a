namespace EventRecording.Reading;

/// <summary>How far a list has come.</summary>
/// <param name="Read">Events received so far, those included that are filtered out here.</param>
/// <param name="Remaining">
/// Events still to come, where the server says so: it does not with a selector; nor is it known over several namespaces.
/// </param>
public readonly record struct EventReadProgress(long Read, long? Remaining);
