namespace EventRecording.Sandbox.Schema;

/// <summary>JSON that does not fit into the type of the object, explained in the words of the API server.</summary>
internal sealed class DecodeException(string message) : Exception(message);
