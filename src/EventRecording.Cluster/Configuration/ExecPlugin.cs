namespace EventRecording.Cluster;

/// <summary>
/// A program that prints a credential: <c>exec</c> of a user in a kubeconfig, API <c>client.authentication.k8s.io</c> v1 and v1beta1.
/// </summary>
public sealed record ExecPlugin
{
    /// <summary>Program: a path, or a name that is looked for in PATH.</summary>
    public required string Command { get; init; }

    /// <summary>Arguments, each passed as it is.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables in addition to those that this process has when the connection is made.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>client.authentication.k8s.io/v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>What to do where the program is not installed, for people.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Whether the program may, or must, ask the person at the console.</summary>
    public ExecInteractiveMode InteractiveMode { get; init; } = ExecInteractiveMode.IfAvailable;

    /// <summary>Whether the program is told the server and its certificate authority.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>
    /// What else the program is told with <see cref="ProvideClusterInfo"/>, as JSON: the cluster's extension
    /// <c>client.authentication.k8s.io/exec</c>.
    /// </summary>
    public string? ClusterConfig { get; init; }

    /// <summary>Whether it may be started.</summary>
    /// <value>Default: <see langword="null"/>, it may. What is read from a kubeconfig has the policy of the user's kuberc.</value>
    public ExecPluginPolicy? Policy { get; init; }

    /// <summary>The command; neither arguments nor environment, which may hold secrets.</summary>
    public override string ToString() => Command;
}

/// <summary>Whether an <see cref="ExecPlugin"/> reads from the console.</summary>
public enum ExecInteractiveMode
{
    /// <summary>If there is one.</summary>
    IfAvailable,

    /// <summary>Never: it gets an empty input.</summary>
    Never,

    /// <summary>Always: without a console it is not run.</summary>
    Always,
}
