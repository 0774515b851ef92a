namespace EventRecording.Cluster;

/// <summary>Reads the certificate files of a configuration, and reads them again as they are replaced. Safe for several threads.</summary>
internal sealed class CertificateFiles
{
    // A replaced certificate is used after 10 seconds at most; certificates are replaced minutes or more before they expire.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(10);
    private readonly TimeProvider _time;
    private readonly object _lock = new();
    private volatile ClusterConfiguration _latest;
    private Task<ClusterConfiguration>? _reading;
    private long _readAt;

    /// <exception cref="ClusterConfigurationException">A file cannot be read.</exception>
    public CertificateFiles(ClusterConfiguration configuration, TimeProvider time)
    {
        _time = time;
        _latest = Read(configuration);
        _readAt = time.GetTimestamp();
    }

    /// <summary>The configuration with what the files held last; the same object as long as that is the same.</summary>
    public ClusterConfiguration Latest => _latest;

    /// <summary>As <see cref="Latest"/>, after the files were read again if that is due. A disk that hangs holds up no caller longer than it will wait.</summary>
    public ValueTask<ClusterConfiguration> ReadLatestAsync(CancellationToken cancellationToken) => ReadAsync(ReadAgainAfter, cancellationToken);

    /// <summary>As <see cref="Latest"/>, after the files were read again, due or not.</summary>
    public ValueTask<ClusterConfiguration> ReadNowAsync(CancellationToken cancellationToken) => ReadAsync(TimeSpan.Zero, cancellationToken);

    private ValueTask<ClusterConfiguration> ReadAsync(TimeSpan after, CancellationToken cancellationToken)
    {
        if (!HasFiles(_latest))
            return new(_latest);
        // One lock: a reading that ends in between would be followed by one that is not due.
        lock (_lock)
        {
            if (_reading is null && _time.GetElapsedTime(_readAt) < after)
                return new(_latest);
            return new((_reading ??= Task.Run(ReadAgain, CancellationToken.None)).WaitAsync(cancellationToken));
        }
    }

    private ClusterConfiguration ReadAgain()
    {
        try
        {
            var read = Read(_latest);
            if (!AreSame(read, _latest))
            {
                Check(read);
                _latest = read;
            }
        }
        catch (ClusterConfigurationException)
        {
            // While files are being replaced, one is missing or the key is that of another certificate: what was read last still serves.
        }
        finally
        {
            lock (_lock)
            {
                _readAt = _time.GetTimestamp();
                _reading = null;
            }
        }

        return _latest;
    }

    private static bool HasFiles(ClusterConfiguration configuration) =>
        configuration.CertificateAuthorityFile is not null || configuration.ClientCertificateFiles is not null;

    private static ClusterConfiguration Read(ClusterConfiguration configuration)
    {
        if (!HasFiles(configuration))
            return configuration;
        var read = configuration;
        if (configuration.CertificateAuthorityFile is { } authority)
            read = read with { CertificateAuthority = Read(authority, "certificate authority", configuration) };
        if (configuration.ClientCertificateFiles is { } client)
        {
            read = read with
            {
                ClientCertificate = new ClientCertificate(
                    Read(client.Certificate, "client certificate", configuration), Read(client.Key, "client key", configuration)),
            };
        }

        return read;
    }

    private static void Check(ClusterConfiguration read)
    {
        ClusterCertificates.Policy(read);
        ClusterCertificates.Client(read)?.Dispose();
    }

    private static byte[] Read(string path, string what, ClusterConfiguration configuration)
    {
        try
        {
            return SharedFile.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClusterConfigurationException(
                $"The {what} {path} of {configuration.Origin} cannot be read: {exception.Message}", exception);
        }
    }

    private static bool AreSame(ClusterConfiguration one, ClusterConfiguration other) =>
        AreSame(one.CertificateAuthority, other.CertificateAuthority)
        && AreSame(one.ClientCertificate?.Certificate ?? default, other.ClientCertificate?.Certificate ?? default)
        && AreSame(one.ClientCertificate?.Key ?? default, other.ClientCertificate?.Key ?? default);

    private static bool AreSame(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);
}
