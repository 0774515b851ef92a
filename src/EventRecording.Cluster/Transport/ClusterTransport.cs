namespace EventRecording.Cluster;

/// <summary>The handler of a connection, with one set of certificates at a time.</summary>
internal sealed class ClusterTransport : IDisposable
{
    private readonly ClusterConfiguration _configuration;
    private readonly ClusterConnectionOptions _options;
    private readonly ClusterProxy _proxy;
    private readonly CertificateFiles _files;
    private readonly object _lock = new();
    private volatile Current _current;

    public ClusterTransport(ClusterConfiguration configuration, ClusterConnectionOptions options)
    {
        _configuration = configuration;
        _options = options;
        _proxy = ClusterProxy.Create(configuration, options.Variable);
        _files = new CertificateFiles(configuration, options.TimeProvider);
        _current = Create(_files.Latest, null);
    }

    /// <summary>
    /// The header Host, where it must be another one than the address's: through a proxy the handler makes TLS itself
    /// and takes the name for it from there.
    /// </summary>
    public string? HostHeader =>
        _configuration.TlsServerName is { } name && Proxy is not null ? name : null;

    /// <summary>The proxy on the way, without name and password.</summary>
    public Uri? Proxy => _proxy.GetProxy(_configuration.Server);

    /// <summary>Whether header lines are broken by the transport, which it can do in HTTP/1.1 only.</summary>
    public bool BreaksHeaderLines => _options.Handler is null && ImpersonationHeaders.HaveSeveralLines(_configuration.Impersonation);

    public HttpMessageInvoker For(Credential credential)
    {
        var configuration = _files.Latest;
        if (_current.IsFor(configuration, credential))
            return _current.Invoker;
        lock (_lock)
        {
            // Connections that were made with another certificate stand for another user. They end by themselves when they are idle.
            if (!_current.IsFor(configuration, credential))
                _current = Create(configuration, credential.Certificate);
            return _current.Invoker;
        }
    }

    public void Dispose() => _current.Invoker.Dispose();

    private Current Create(ClusterConfiguration configuration, ClientCertificate? certificate)
    {
        if (_options.Handler is { } given)
            return new Current(new HttpMessageInvoker(given, disposeHandler: false), configuration, certificate);
        var own = certificate is null ? configuration : configuration with { ClientCertificate = certificate };
        return new Current(new HttpMessageInvoker(ClusterHandler.Create(own, _options, _proxy)), configuration, certificate);
    }

    private sealed record Current(HttpMessageInvoker Invoker, ClusterConfiguration Configuration, ClientCertificate? Certificate)
    {
        public bool IsFor(ClusterConfiguration configuration, Credential credential) =>
            ReferenceEquals(Configuration, configuration) && ReferenceEquals(Certificate, credential.Certificate);
    }
}
