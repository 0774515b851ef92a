namespace EventRecording.Cluster;

/// <summary>The handler of a connection, with one client certificate at a time.</summary>
internal sealed class ClusterTransport : IDisposable
{
    private readonly ClusterConfiguration _configuration;
    private readonly ClusterConnectionOptions _options;
    private readonly ClusterProxy _proxy;
    private readonly object _lock = new();
    private volatile Current _current;

    public ClusterTransport(ClusterConfiguration configuration, ClusterConnectionOptions options)
    {
        _configuration = configuration;
        _options = options;
        _proxy = ClusterProxy.Create(configuration);
        _current = Create(null);
    }

    /// <summary>
    /// The header Host, where it must be another one than the address's: through a proxy the handler makes TLS itself
    /// and takes the name for it from there.
    /// </summary>
    public string? HostHeader =>
        _configuration.TlsServerName is { } name && _proxy.GetProxy(_configuration.Server) is not null ? name : null;

    /// <summary>Whether header lines are broken by the transport, which it can do in HTTP/1.1 only.</summary>
    public bool BreaksHeaderLines => _options.Handler is null && ImpersonationHeaders.HaveSeveralLines(_configuration.Impersonation);

    public HttpMessageInvoker For(Credential credential)
    {
        if (ReferenceEquals(_current.Certificate, credential.Certificate))
            return _current.Invoker;
        lock (_lock)
        {
            // Connections that were made with another certificate stand for another user. They end by themselves when they are idle.
            if (!ReferenceEquals(_current.Certificate, credential.Certificate))
                _current = Create(credential.Certificate);
            return _current.Invoker;
        }
    }

    public void Dispose() => _current.Invoker.Dispose();

    private Current Create(ClientCertificate? certificate)
    {
        if (_options.Handler is { } given)
            return new Current(new HttpMessageInvoker(given, disposeHandler: false), certificate);
        var configuration = certificate is null ? _configuration : _configuration with { ClientCertificate = certificate };
        return new Current(new HttpMessageInvoker(ClusterHandler.Create(configuration, _options, _proxy)), certificate);
    }

    private sealed record Current(HttpMessageInvoker Invoker, ClientCertificate? Certificate);
}
