using System.Net;
using System.Net.Security;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>Makes the handler that talks to an API server.</summary>
internal static class ClusterHandler
{
    public static SocketsHttpHandler Create(ClusterConfiguration configuration, ClientKey? key, ClusterConnectionOptions options, IWebProxy proxy)
    {
        var tls = TlsOptions(configuration, key, options.TimeProvider);
        if (configuration.Server.Scheme == Uri.UriSchemeHttps)
            MachineAuthorities.ReadAhead();
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = proxy,
            ConnectTimeout = options.ConnectTimeout,
            // So that a changed address of the server is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            // Where the server has HTTP/1.1 only: 256 writes at most, of which many may hang, the watches and the reads.
            MaxConnectionsPerServer = 512,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            // Within the time of one write, so that its next try has a connection that works.
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            // Only the user to act as may have any characters; ASCII is written faster.
            RequestHeaderEncodingSelector = configuration.Impersonation is null ? null : (_, _) => Encoding.UTF8,
            SslOptions = tls,
            ConnectCallback = new ServerConnector(configuration, tls, options.TimeProvider).ConnectAsync,
        };
        if (ImpersonationHeaders.HaveSeveralLines(configuration.Impersonation))
        {
            // Not what a proxy is asked with, through which the server's TLS goes then.
            handler.PlaintextStreamFilter = static (context, _) => new ValueTask<Stream>(
                context.InitialRequestMessage.Method == HttpMethod.Connect ? context.PlaintextStream : new RepeatedHeaderStream(context.PlaintextStream));
        }

        return handler;
    }

    private static SslClientAuthenticationOptions TlsOptions(ClusterConfiguration configuration, ClientKey? key, TimeProvider time) =>
        new()
        {
            CertificateChainPolicy = ClusterCertificates.Policy(configuration),
            ClientCertificateContext = key?.Context,
            RemoteCertificateValidationCallback = new ServerCertificateVerifier(configuration, time).Verify,
        };
}
