namespace EventRecording.PowerShell;

/// <summary>What <c>Invoke-KubeEventStep</c> is to record, on what.</summary>
/// <param name="Name">Name of the step.</param>
/// <param name="Targets">The objects.</param>
/// <param name="Template">All that the events of the step share.</param>
internal sealed record StepRequest(string Name, IReadOnlyList<ObjectTarget> Targets, WriteRequest Template);
