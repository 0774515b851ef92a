namespace EventRecording.Cluster;

/// <summary>Reads a cluster of a kubeconfig.</summary>
internal static class ClusterSettings
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
        // An address without a scheme is https if there is anything about TLS, as for kubectl.
        if (!text.Contains("://", StringComparison.Ordinal))
            text = (hasTls ? "https://" : "http://") + text;
        return Uri.TryCreate(text, UriKind.Absolute, out var server)
            && (server.Scheme == Uri.UriSchemeHttps || server.Scheme == Uri.UriSchemeHttp)
            && server.UserInfo.Length == 0
            // kubectl sends neither query nor fragment.
            ? new Uri(server.GetLeftPart(UriPartial.Path))
            : throw cluster.Error("server", "must be an address such as https://cluster.example.com:6443");
    }

    private static Uri? Proxy(KubeConfigEntry cluster)
    {
        if (cluster.Node.Text("proxy-url") is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5"
            ? proxy
            : throw cluster.Error("proxy-url", "must be an address that starts with http://, https:// or socks5://");
    }
}
