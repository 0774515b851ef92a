namespace EventRecording.Cluster;

/// <summary>Reads the certificate files of a configuration, and reads them again as they are replaced. Safe for several threads.</summary>
internal sealed class CertificateFiles
{
    // So soon that a new connection hardly ever meets the end of a certificate that has a successor, and too seldom to cost anything.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(10);
    private readonly TimeProvider _time;
    private readonly object _lock = new();
    private ClusterConfiguration _latest;
    private long _readAt;

    /// <exception cref="ClusterConfigurationException">A file cannot be read.</exception>
    public CertificateFiles(ClusterConfiguration configuration, TimeProvider time)
    {
        _time = time;
        _latest = Read(configuration);
        _readAt = time.GetTimestamp();
    }

    /// <summary>The configuration with what the files hold; the same object as long as that is the same.</summary>
    public ClusterConfiguration Latest
    {
        get
        {
            lock (_lock)
            {
                if (HasFiles(_latest) && _time.GetElapsedTime(_readAt) >= ReadAgainAfter)
                    ReadAgain();
                return _latest;
            }
        }
    }

    private void ReadAgain()
    {
        _readAt = _time.GetTimestamp();
        try
        {
            var read = Read(_latest);
            if (AreSame(read, _latest))
                return;
            Check(read);
            _latest = read;
        }
        catch (ClusterConfigurationException)
        {
            // While files are being replaced, one is missing or the key is that of another certificate: what was read last still serves.
        }
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
        // On Windows a key lies in a file of its own until it is disposed.
        ClusterCertificates.Client(read)?.TargetCertificate.Dispose();
    }

    private static byte[] Read(string path, string what, ClusterConfiguration configuration)
    {
        try
        {
            return File.ReadAllBytes(path);
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
