namespace EventRecording.PowerShell;

/// <summary>Whose writes are reported together.</summary>
/// <param name="Server">The API server.</param>
/// <param name="Name">The user of the kubeconfig.</param>
internal sealed record ClusterUser(Uri Server, string? Name);
