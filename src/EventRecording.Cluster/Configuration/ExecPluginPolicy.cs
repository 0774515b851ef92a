namespace EventRecording.Cluster;

/// <summary>Which exec plugins may be started: <c>credentialPluginPolicy</c> and <c>credentialPluginAllowlist</c> of a kuberc, as kubectl 1.35 reads them.</summary>
/// <param name="Allowed">Commands as a kubeconfig names them, or the paths of programs; empty for none.</param>
/// <param name="Origin">The file that says so, for errors.</param>
public sealed record ExecPluginPolicy(IReadOnlyList<string> Allowed, string Origin)
{
    internal bool Allows(string command, string program, Func<string, string?> find, bool isWindows) => Allowed.Any(allowed =>
        allowed == command
        || allowed == program
        // The name alone stands for the program of that name that is found first in PATH.
        || (GoPaths.Base(allowed, isWindows) == GoPaths.Base(program, isWindows) && find(allowed) == program));
}

/// <summary>The user's kuberc does not allow the exec plugin that a kubeconfig names.</summary>
public sealed class ExecPluginRefusedException : ClusterConfigurationException
{
    /// <summary>The plugin was not started, and is not before the file is changed.</summary>
    public ExecPluginRefusedException(string message)
        : base(message) => IsTransient = false;
}
