using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>What a plugin is told, in the environment variable KUBERNETES_EXEC_INFO.</summary>
internal static class ExecInfo
{
    public const string Variable = "KUBERNETES_EXEC_INFO";

    public static string Create(ClusterConfiguration configuration, ExecPlugin plugin, bool isInteractive)
    {
        var spec = new JsonObject { ["interactive"] = isInteractive };
        if (plugin.ProvideClusterInfo)
            spec["cluster"] = Cluster(configuration, plugin);
        return new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
    }

    private static JsonObject Cluster(ClusterConfiguration configuration, ExecPlugin plugin)
    {
        var cluster = new JsonObject { ["server"] = configuration.Server.AbsoluteUri.TrimEnd('/') };
        if (configuration.TlsServerName is { } name)
            cluster["tls-server-name"] = name;
        if (configuration.InsecureSkipTlsVerify)
            cluster["insecure-skip-tls-verify"] = true;
        if (!configuration.CertificateAuthority.IsEmpty)
            cluster["certificate-authority-data"] = Convert.ToBase64String(configuration.CertificateAuthority.Span);
        if (configuration.Proxy is { } proxy)
            cluster["proxy-url"] = proxy.OriginalString;
        if (plugin.ClusterConfig is { } config)
            cluster["config"] = JsonNode.Parse(config);
        return cluster;
    }
}
