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
    private Current? _replaced;
    private volatile bool _isDisposed;

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

    /// <summary>Whether the transport repeats a header for each of its values, which it can do in HTTP/1.1 only.</summary>
    public bool RepeatsHeaders => _options.Handler is null && ImpersonationHeaders.HaveSeveralLines(_configuration.Impersonation);

    /// <summary>What new connections show as the client's certificate.</summary>
    public ClientKey? Key => _current.OwnKey;

    /// <exception cref="ClusterConnectionException">It was disposed, and nobody would dispose what is made now.</exception>
    public ValueTask<HttpMessageInvoker> ForAsync(Credential credential, CancellationToken cancellationToken)
    {
        var configuration = _files.ReadLatestAsync(cancellationToken);
        return configuration.IsCompletedSuccessfully ? new(For(configuration.Result, credential)) : ForLaterAsync(configuration, credential);
    }

    /// <summary>Whether the certificate files hold something else than a transport was made with, whose certificates were just refused.</summary>
    public async ValueTask<bool> HasNewFilesAsync(HttpMessageInvoker refused, Credential credential, CancellationToken cancellationToken) =>
        !ReferenceEquals(For(await _files.ReadNowAsync(cancellationToken).ConfigureAwait(false), credential), refused);

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _current.Invoker.Dispose();
            _current.OwnKey?.Dispose();
            _replaced?.Invoker.Dispose();
            _replaced?.OwnKey?.Dispose();
        }
    }

    private async ValueTask<HttpMessageInvoker> ForLaterAsync(ValueTask<ClusterConfiguration> configuration, Credential credential) =>
        For(await configuration.ConfigureAwait(false), credential);

    private HttpMessageInvoker For(ClusterConfiguration configuration, Credential credential)
    {
        if (!_isDisposed && _current.IsFor(configuration, credential))
            return _current.Invoker;
        lock (_lock)
        {
            if (_isDisposed)
                throw TransportErrors.Disposed(_configuration);
            // Connections that were made with another certificate stand for another user. They end by themselves when they are idle.
            if (_replaced?.IsFor(configuration, credential) == true)
                return _replaced.Invoker;
            if (!_current.IsFor(configuration, credential))
                Replace(Create(configuration, credential.Certificate));
            return _current.Invoker;
        }
    }

    // A request may still come or connect with what was just replaced, but hardly with what was before.
    private void Replace(Current next)
    {
        _replaced?.OwnKey?.Dispose();
        _replaced = _current;
        _current = next;
    }

    private Current Create(ClusterConfiguration configuration, ClientCertificate? certificate)
    {
        if (_options.Handler is { } given)
            return new Current(new HttpMessageInvoker(given, disposeHandler: false), configuration, certificate, null);
        var own = certificate is null ? configuration : configuration with { ClientCertificate = certificate };
        var key = ClusterCertificates.Client(own);
        return new Current(new HttpMessageInvoker(ClusterHandler.Create(own, key, _options, _proxy)), configuration, certificate, key);
    }

    private sealed record Current(HttpMessageInvoker Invoker, ClusterConfiguration Configuration, ClientCertificate? Certificate, ClientKey? OwnKey)
    {
        public bool IsFor(ClusterConfiguration configuration, Credential credential) =>
            ReferenceEquals(Configuration, configuration) && Certificate == credential.Certificate;
    }
}
