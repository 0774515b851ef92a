using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace EventRecording.Cluster;

/// <summary>Connects to a server, and makes TLS under another name than that of its address where the configuration says so.</summary>
internal sealed class ServerConnector(ClusterConfiguration configuration, SslClientAuthenticationOptions tls)
{
    // A watch over HTTP/1.1 is silent for minutes: only TCP itself notices there that the other side is gone.
    private const int KeepAliveSeconds = 15;

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            // Not before: until .NET 10 a socket with options cannot connect to a name on Linux and macOS.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return NeedsOwnTls(context) ? await AuthenticateAsync(stream, context, cancellationToken).ConfigureAwait(false) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The handler takes the name from the request's address and knows no other way to ask for another one.
    private bool NeedsOwnTls(SocketsHttpConnectionContext context) =>
        configuration.TlsServerName is not null
        && configuration.Server.Scheme == Uri.UriSchemeHttps
        && context.DnsEndPoint.Host == configuration.Server.IdnHost.Trim('[', ']')
        && context.DnsEndPoint.Port == configuration.Server.Port;

    private async ValueTask<Stream> AuthenticateAsync(Stream stream, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var takesHttp2 = context.InitialRequestMessage.Version >= HttpVersion.Version20;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = configuration.TlsServerName,
            ApplicationProtocols = takesHttp2
                ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
                : [SslApplicationProtocol.Http11],
            CertificateChainPolicy = tls.CertificateChainPolicy,
            ClientCertificateContext = tls.ClientCertificateContext,
            RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
        };
        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return secure;
    }
}
