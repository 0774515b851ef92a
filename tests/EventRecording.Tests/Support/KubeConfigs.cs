using EventRecording.Cluster;

namespace EventRecording.Tests.Support;

/// <summary>Loads kubeconfigs in an environment that the test makes up.</summary>
internal static class KubeConfigs
{
    public const string Simple = """
        apiVersion: v1
        kind: Config
        current-context: prod
        clusters:
        - name: c1
          cluster:
            server: https://c1.example.com:6443
        contexts:
        - name: prod
          context: {cluster: c1, user: u1, namespace: wire}
        - name: test
          context: {cluster: c1}
        users:
        - name: u1
          user: {token: secret-token}
        """;

    public static ClusterConfiguration Load(string? path, string? context = null, Dictionary<string, string>? variables = null, Func<ClusterConfiguration?>? inCluster = null) =>
        KubeConfigLoader.Load(path, context, Environment(variables), inCluster ?? (() => null));

    public static ClusterConfiguration Parse(string text, string? context = null)
    {
        var file = Path.GetFullPath("config");
        return new ContextResolver(KubeConfigDocument.Parse(file, text), [file], () => null).Resolve(context);
    }

    /// <summary>The configuration of one cluster and one user, each given as a flow mapping.</summary>
    public static ClusterConfiguration Of(string cluster, string user = "{}") => Parse(Document(cluster, user));

    public static string Document(string cluster, string user) => $$$"""
        current-context: prod
        clusters: [{name: c1, cluster: {{{cluster}}} }]
        contexts: [{name: prod, context: {cluster: c1, user: u1}}]
        users: [{name: u1, user: {{{user}}} }]
        """;

    public static KubeConfigEnvironment Environment(Dictionary<string, string>? variables, bool? isWindows = null, Func<string, bool>? fileExists = null) => new()
    {
        Variable = name => variables?.GetValueOrDefault(name),
        IsWindows = isWindows ?? OperatingSystem.IsWindows(),
        FileExists = fileExists ?? File.Exists,
    };
}
