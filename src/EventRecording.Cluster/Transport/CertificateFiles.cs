namespace EventRecording.Cluster;

/// <summary>Reads the certificate files of a configuration, and reads them again as they are replaced. Safe for several threads.</summary>
internal sealed class CertificateFiles
{
    // A replaced certificate is used after 10 seconds at most; certificates are replaced minutes or more before they expire.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(10);
    private readonly ClusterConfiguration _given;
    private readonly RereadFiles<ClusterConfiguration>? _files;

    /// <exception cref="ClusterConfigurationException">A file cannot be read.</exception>
    public CertificateFiles(ClusterConfiguration configuration, TimeProvider time)
    {
        _given = Read(configuration);
        if (HasFiles(configuration))
            _files = new RereadFiles<ClusterConfiguration>(ReadAgain, ReadAgainAfter, time) { Latest = _given };
    }

    /// <summary>The configuration with what the files held last; the same object as long as that is the same.</summary>
    public ClusterConfiguration Latest => _files?.Latest ?? _given;

    /// <summary>As <see cref="Latest"/>, after the files were read again if that is due.</summary>
    public ValueTask<ClusterConfiguration> ReadLatestAsync(CancellationToken cancellationToken) => _files?.GetAsync(cancellationToken) ?? new(_given);

    /// <summary>As <see cref="Latest"/>, after the files were read again, due or not.</summary>
    public async ValueTask<ClusterConfiguration> ReadNowAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _files is null ? _given : await _files.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ClusterConfigurationException or TimeoutException)
        {
            return Latest;
        }
    }

    /// <summary>The configuration with what the file of its certificate authority holds, if it names one.</summary>
    /// <exception cref="ClusterConfigurationException">The file cannot be read.</exception>
    public static ClusterConfiguration ReadAuthority(ClusterConfiguration configuration) => configuration.CertificateAuthorityFile is { } authority
        ? configuration with { CertificateAuthority = Read(authority, "certificate authority", configuration) }
        : configuration;

    // While files are being replaced, one is missing or the key is that of another certificate.
    private static ClusterConfiguration ReadAgain(ClusterConfiguration? latest)
    {
        var read = Read(latest!);
        if (AreSame(read, latest!))
            return latest!;
        Check(read);
        return read;
    }

    private static bool HasFiles(ClusterConfiguration configuration) =>
        configuration.CertificateAuthorityFile is not null || configuration.ClientCertificateFiles is not null;

    private static ClusterConfiguration Read(ClusterConfiguration configuration)
    {
        var read = ReadAuthority(configuration);
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
                $"The {what} {path} of {configuration.Origin} cannot be read: {SharedFile.Reason(path, exception)}", exception);
        }
    }

    private static bool AreSame(ClusterConfiguration one, ClusterConfiguration other) =>
        one.CertificateAuthority.Span.SequenceEqual(other.CertificateAuthority.Span) && one.ClientCertificate == other.ClientCertificate;
}
