namespace EventRecording.Sandbox.Patch;

/// <summary>A patch that does not fit the object: 422 (transcript <c>patch</c>).</summary>
internal sealed class PatchException(string message) : Exception(message);
