namespace EventRecording.Cluster;

/// <summary>The configuration of a pod: the service account that Kubernetes mounts into it.</summary>
public static class InClusterConfiguration
{
    internal const string Directory = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const string Token = "is the token of the service account mounted (automountServiceAccountToken)?";
    private const string Authority = "is there a ConfigMap kube-root-ca.crt in the namespace, from which it is mounted?";

    /// <summary>Whether this process runs in a pod with a service account.</summary>
    public static bool IsAvailable => WhyNot is null;

    /// <summary>Reads the configuration; token and certificate authority are read again as they rotate.</summary>
    /// <exception cref="ClusterConfigurationException">This is no pod, or its service account is not mounted.</exception>
    public static ClusterConfiguration Load() => Load(Directory, Environment.GetEnvironmentVariable);

    /// <summary>Why it is not available, as the end of a sentence; <see langword="null"/> where it is.</summary>
    internal static string? WhyNot => WhyNotIn(Directory, Environment.GetEnvironmentVariable);

    internal static string? WhyNotIn(string directory, Func<string, string?> variable)
    {
        if (Server(variable) is null)
            return "this is no pod of a cluster";
        var token = Path.Combine(directory, "token");
        return File.Exists(token) ? null : $"this pod has no {token}: the token of its service account is not mounted (automountServiceAccountToken)";
    }

    /// <summary>The namespace of the pod; <see langword="null"/> where there is none, or no service account in it.</summary>
    internal static string? NamespaceIn(string directory, Func<string, string?> variable) =>
        variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } && variable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } && File.Exists(Path.Combine(directory, "token"))
            ? Namespace(directory, variable)
            : null;

    internal static ClusterConfiguration Load(string directory, Func<string, string?> variable)
    {
        var server = Server(variable) ?? throw new ClusterConfigurationException(
            "This is no pod of a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set.");
        var origin = $"the service account in {directory}";
        return new ClusterConfiguration
        {
            Server = server,
            Origin = origin,
            TokenFile = Require("token", Token),
            CertificateAuthority = Read(Require("ca.crt", Authority), SharedFile.ReadAllBytes),
            CertificateAuthorityFile = Require("ca.crt", Authority),
            Namespace = Namespace(directory, variable),
        };

        string Require(string name, string question)
        {
            var path = Path.Combine(directory, name);
            return File.Exists(path)
                ? path
                : throw new ClusterConfigurationException(
                    $"{path} is missing: {question}");
        }
    }

    private static Uri? Server(Func<string, string?> variable)
    {
        var host = variable("KUBERNETES_SERVICE_HOST");
        var port = variable("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            return null;
        var authority = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return Uri.TryCreate($"https://{authority}:{port}", UriKind.Absolute, out var server)
            ? server
            : throw new ClusterConfigurationException(
                $"KUBERNETES_SERVICE_HOST ({host}) and KUBERNETES_SERVICE_PORT ({port}) make no address.");
    }

    private static string Namespace(string directory, Func<string, string?> variable)
    {
        if (variable("POD_NAMESPACE") is { Length: > 0 } given)
            return given;
        var path = Path.Combine(directory, "namespace");
        return File.Exists(path) && Read(path, File.ReadAllText).Trim() is { Length: > 0 } mounted ? mounted : "default";
    }

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClusterConfigurationException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
