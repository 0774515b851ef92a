namespace EventRecording.Sandbox.Commands;

/// <summary>Arguments that are not understood.</summary>
internal sealed class CommandLineException(string message) : Exception(message);
