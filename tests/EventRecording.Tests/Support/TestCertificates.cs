using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EventRecording.Cluster;

namespace EventRecording.Tests.Support;

/// <summary>Certificates made for one test run.</summary>
internal static class TestCertificates
{
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2049, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static X509Certificate2 Authority { get; } = CreateAuthority("CN=test authority");

    public static X509Certificate2 NextAuthority { get; } = CreateAuthority("CN=test authority", from: From.AddDays(1));

    public static X509Certificate2 OtherAuthority { get; } = CreateAuthority("CN=other authority");

    public static X509Certificate2 Intermediate { get; } = CreateAuthority("CN=test intermediate", Authority);

    public static X509Certificate2 NamesakeOfAuthority { get; } = CreateAuthority("CN=test authority");

    public static X509Certificate2 NamesakeOfIntermediate { get; } = CreateAuthority("CN=test intermediate", NamesakeOfAuthority);

    public static ReadOnlyMemory<byte> Pem(params X509Certificate2[] certificates) =>
        Encoding.ASCII.GetBytes(string.Join("\n", certificates.Select(certificate => certificate.ExportCertificatePem())));

    /// <summary>A certificate for a server; for 127.0.0.1 and ::1 where no name is given. It can say where its authority is to be fetched.</summary>
    public static X509Certificate2 Server(X509Certificate2 authority, string? name = null, DateTimeOffset? until = null, string? authorityAt = null, string usage = ServerUsage)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }
        else
        {
            names.AddDnsName(name);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test server", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        if (authorityAt is not null)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [authorityAt]));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return Reload(Sign(request, authority, until ?? To).CopyWithPrivateKey(key));
    }

    /// <summary>A client certificate with an EC or an RSA key.</summary>
    public static ClientCertificate Client(X509Certificate2 authority, string name, bool rsa = false)
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsaKey
            ? new CertificateRequest($"CN={name}", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientUsage)], false));
        using var certificate = Sign(request, authority, To);
        var keyPem = key is RSA plain ? plain.ExportRSAPrivateKeyPem() : ((ECDsa)key).ExportECPrivateKeyPem();
        return new ClientCertificate(Pem(certificate), Encoding.ASCII.GetBytes(keyPem));
    }

    public static X509Certificate2 CreateAuthority(string name, X509Certificate2? issuer = null, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return issuer is null ? request.CreateSelfSigned(from ?? From, until ?? To) : Sign(request, issuer, until ?? To).CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 authority, DateTimeOffset until)
    {
        using var key = authority.GetECDsaPrivateKey()!;
        return request.Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(key), From, until, RandomNumberGenerator.GetBytes(8));
    }

    // Windows can serve TLS only with a key that has been stored once.
    private static X509Certificate2 Reload(X509Certificate2 certificate) => new(certificate.Export(X509ContentType.Pfx));
}
