namespace EventRecording;

/// <summary>Who records: <c>source</c> of core/v1. Part of the key of a series.</summary>
/// <param name="Component">Name of the controller or script. Column From of <c>kubectl describe</c>.</param>
/// <param name="Host">Host, where that matters (an agent on each node). Default: empty, so that replicas share their events.</param>
public sealed record EventReporter(string Component, string Host = "");
