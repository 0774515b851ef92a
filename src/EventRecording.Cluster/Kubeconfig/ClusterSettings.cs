using System.Text.RegularExpressions;

namespace EventRecording.Cluster;

/// <summary>Reads a cluster of a kubeconfig.</summary>
internal static partial class ClusterSettings
{
    public static ClusterConfiguration Read(KubeConfigEntry cluster)
    {
        var authority = cluster.Bytes("certificate-authority");
        var isInsecure = cluster.Node.Flag("insecure-skip-tls-verify");
        if (isInsecure && !authority.IsEmpty)
            throw cluster.Error("insecure-skip-tls-verify", "contradicts its certificate-authority; remove one of them");
        return new ClusterConfiguration
        {
            Server = Server(cluster, hasTls: isInsecure || !authority.IsEmpty),
            CertificateAuthority = authority,
            CertificateAuthorityFile = cluster.Path("certificate-authority"),
            InsecureSkipTlsVerify = isInsecure,
            TlsServerName = cluster.Node.Text("tls-server-name"),
            Proxy = Proxy(cluster),
            DisableCompression = cluster.Node.Flag("disable-compression"),
        };
    }

    private static Uri Server(KubeConfigEntry cluster, bool hasTls)
    {
        var text = cluster.Node.Text("server") ?? throw cluster.Error("server", "is missing");
        // An address without a scheme is https if there is anything about TLS: http, as for kubectl, would never reach such a server.
        if (!text.Contains("://", StringComparison.Ordinal))
            text = (hasTls ? "https://" : "http://") + text;
        const string Example = "such as https://cluster.example.com:6443";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var server))
            throw cluster.Error("server", HasWrongPort(text) ? $"has a port that is no number up to 65535; it must be an address {Example}" : $"must be an address {Example}");
        if (server.Scheme != Uri.UriSchemeHttps && server.Scheme != Uri.UriSchemeHttp)
            throw cluster.Error("server", $"must start with https:// or http://, {Example}");
        return server.UserInfo.Length == 0
            // kubectl sends neither query nor fragment.
            ? new Uri(server.GetLeftPart(UriPartial.Path))
            : throw cluster.Error("server", "must have no user and password, which messages would show; username and password of the user are for them");
    }

    private static bool HasWrongPort(string address) => Uri.TryCreate(Port().Replace(address, ""), UriKind.Absolute, out _);

    private static Uri? Proxy(KubeConfigEntry cluster)
    {
        if (cluster.Node.Text("proxy-url") is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5"
            ? proxy
            : throw cluster.Error("proxy-url", "must be an address that starts with http://, https:// or socks5://, with a port up to 65535, if any; in a name or password # is %23, / is %2F and @ is %40");
    }

    [GeneratedRegex(@"(?<=^[a-z]+://[^/]*):[^:/\]]*(?=$|/)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Port();
}
