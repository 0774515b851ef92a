namespace EventRecording.PowerShell;

/// <summary>Which cluster a cmdlet is to talk to.</summary>
/// <param name="Kubeconfig">Full path of a kubeconfig file; <see langword="null"/> for what is configured.</param>
/// <param name="Context">Context of the kubeconfig; <see langword="null"/> for its current one.</param>
internal sealed record ClusterSelection(string? Kubeconfig, string? Context);
