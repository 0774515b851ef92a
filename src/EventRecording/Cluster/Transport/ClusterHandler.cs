using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>Makes the handler that talks to an API server.</summary>
internal static class ClusterHandler
{
    public static SocketsHttpHandler Create(ClusterConfiguration configuration, ClusterConnectionOptions options, IWebProxy proxy)
    {
        var tls = TlsOptions(configuration);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = proxy,
            ConnectTimeout = options.ConnectTimeout,
            // So that a changed address of the server is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            // 32 writes, some reads and the watches, where the server has HTTP/1.1 only.
            MaxConnectionsPerServer = 128,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            SslOptions = tls,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, configuration, tls, cancellationToken),
        };
        if (ImpersonationHeaders.HaveSeveralLines(configuration.Impersonation))
            handler.PlaintextStreamFilter = (context, _) => new ValueTask<Stream>(new HeaderLineStream(context.PlaintextStream));
        return handler;
    }

    private static SslClientAuthenticationOptions TlsOptions(ClusterConfiguration configuration) =>
        new()
        {
            CertificateChainPolicy = ClusterCertificates.Policy(configuration),
            ClientCertificateContext = ClusterCertificates.Client(configuration),
            RemoteCertificateValidationCallback = new ServerCertificateVerifier(configuration).Verify,
        };

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, ClusterConfiguration configuration, SslClientAuthenticationOptions tls, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A watch over HTTP/1.1 is silent for minutes: only TCP itself notices there that the other side is gone.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return NeedsOwnTls(context, configuration)
                ? await AuthenticateAsync(stream, context, configuration.TlsServerName!, tls, cancellationToken).ConfigureAwait(false)
                : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The handler takes the name from the request's address and knows no other way to ask for another one.
    private static bool NeedsOwnTls(SocketsHttpConnectionContext context, ClusterConfiguration configuration) =>
        configuration.TlsServerName is not null
        && configuration.Server.Scheme == Uri.UriSchemeHttps
        && context.DnsEndPoint.Host == configuration.Server.IdnHost.Trim('[', ']')
        && context.DnsEndPoint.Port == configuration.Server.Port;

    private static async ValueTask<Stream> AuthenticateAsync(
        Stream stream, SocketsHttpConnectionContext context, string serverName, SslClientAuthenticationOptions tls, CancellationToken cancellationToken)
    {
        var takesHttp2 = context.InitialRequestMessage.Version >= HttpVersion.Version20;
        var secure = new SslStream(stream);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            ApplicationProtocols = takesHttp2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
            CertificateChainPolicy = tls.CertificateChainPolicy,
            ClientCertificateContext = tls.ClientCertificateContext,
            RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
        };
        await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return secure;
    }
}
