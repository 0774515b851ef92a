using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>Reads the certificates of a configuration.</summary>
internal static class ClusterCertificates
{
    private const string Ed25519 = "1.3.101.112";

    /// <summary>Trust in the given authorities alone; in those of the operating system where none is given.</summary>
    /// <exception cref="ClusterConfigurationException">There is no certificate in the bytes.</exception>
    public static X509ChainPolicy Policy(ClusterConfiguration configuration)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            // Or a server that nobody trusts could say what is fetched from where before it is refused.
            DisableCertificateDownloads = true,
        };
        if (configuration.CertificateAuthority.IsEmpty)
            return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(Authorities(configuration));
        return policy;
    }

    /// <summary>The client certificate with its key and the certificates between it and its authority.</summary>
    /// <exception cref="ClusterConfigurationException">They cannot be read, or do not belong together.</exception>
    public static ClientKey? Client(ClusterConfiguration configuration)
    {
        if (configuration.ClientCertificate is not { } client)
            return null;
        var key = Encoding.UTF8.GetString(client.Key.Span);
        var files = configuration.ClientCertificateFiles;
        if (IsEncrypted(key))
        {
            throw new ClusterConfigurationException(
                $"The client key{In(files?.Key)} of {configuration.Origin} is encrypted with a password; "
                + "decrypt it with: openssl pkey -in KEY -out KEY.decrypted");
        }

        try
        {
            var certificates = Encoding.UTF8.GetString(client.Certificate.Span);
            var between = new X509Certificate2Collection();
            between.ImportFromPem(certificates);
            // On Windows those between would be put into a store of the machine or the user, for good.
            return new ClientKey(SslStreamCertificateContext.Create(WithKey(certificates, key), OperatingSystem.IsWindows() ? null : between, offline: true));
        }
        catch (CryptographicException exception)
        {
            throw new ClusterConfigurationException(
                $"The client certificate{In(files?.Certificate)} of {configuration.Origin} cannot be used with its key{In(files?.Key)}: {exception.Message}", exception);
        }
    }

    private static string In(string? file) => file is null ? "" : $" in {file}";

    private static bool IsEncrypted(string key) =>
        FindKey(key) is var (label, _) ? label.StartsWith("ENCRYPTED", StringComparison.Ordinal) : key.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);

    private static (string Label, byte[] Key)? FindKey(ReadOnlySpan<char> text)
    {
        for (; PemEncoding.TryFind(text, out var block); text = text[block.Location.End..])
        {
            if (text[block.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                return (text[block.Label].ToString(), Convert.FromBase64String(text[block.Base64Data].ToString()));
        }

        return null;
    }

    // What a block is called need not be what it holds, as for kubectl.
    private static X509Certificate2 Join(string certificates, string text)
    {
        var (given, key) = FindKey(text) ?? throw new CryptographicException("there is no private key in it (PEM).");
        CryptographicException? first = null;
        foreach (var label in new[] { given, "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" })
        {
            try
            {
                return X509Certificate2.CreateFromPem(certificates, PemEncoding.Write(label, key));
            }
            catch (CryptographicException exception)
            {
                first ??= exception;
            }
        }

        using var certificate = X509Certificate2.CreateFromPem(certificates);
        throw certificate.GetKeyAlgorithm() == Ed25519 ? new CryptographicException("Ed25519 is not supported by .NET; use a key of RSA or EC.", first) : first!;
    }

    private static X509Certificate2 WithKey(string certificates, string key)
    {
        var certificate = Join(certificates, key);
        if (!OperatingSystem.IsWindows())
            return certificate;
        // Windows cannot use a key in TLS that lives in memory only; this one lies in a file until the certificate is disposed.
        using (certificate)
            return new X509Certificate2(certificate.Export(X509ContentType.Pfx));
    }

    /// <summary>The given authorities.</summary>
    /// <exception cref="ClusterConfigurationException">There is no certificate in the bytes.</exception>
    public static X509Certificate2Collection Authorities(ClusterConfiguration configuration)
    {
        var bytes = configuration.CertificateAuthority.Span;
        var authorities = new X509Certificate2Collection();
        CryptographicException? unreadable = null;
        if (bytes.IndexOf("-----BEGIN"u8) < 0)
        {
            Add(bytes);
        }
        else
        {
            // One that is damaged takes nothing from the others, as for kubectl.
            ReadOnlySpan<char> text = Encoding.UTF8.GetString(bytes);
            for (; PemEncoding.TryFind(text, out var block); text = text[block.Location.End..])
            {
                if (text[block.Label] is "CERTIFICATE")
                    Add(Convert.FromBase64String(text[block.Base64Data].ToString()));
            }
        }

        return authorities.Count > 0 ? authorities : throw new ClusterConfigurationException($"The certificate-authority{In(configuration.CertificateAuthorityFile)} of {configuration.Origin} holds no certificate that can be read.", unreadable);

        void Add(ReadOnlySpan<byte> certificate)
        {
            try
            {
                authorities.Add(new X509Certificate2(certificate));
            }
            catch (CryptographicException exception)
            {
                unreadable = exception;
            }
        }
    }
}
