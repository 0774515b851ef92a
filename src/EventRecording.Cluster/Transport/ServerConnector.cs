using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace EventRecording.Cluster;

/// <summary>Connects to a server, and makes TLS under another name than that of its address where the configuration says so.</summary>
internal sealed class ServerConnector(ClusterConfiguration configuration, SslClientAuthenticationOptions tls, TimeProvider time)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        var socket = await ServerAddresses.ConnectAsync(addresses, context.DnsEndPoint.Port, time, cancellationToken).ConfigureAwait(false);
        var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            return NeedsOwnTls(context) ? await AuthenticateAsync(stream, context, cancellationToken).ConfigureAwait(false) : stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
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
