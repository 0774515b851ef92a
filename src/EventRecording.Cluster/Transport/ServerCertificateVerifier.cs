using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EventRecording.Cluster;

/// <summary>
/// Accepts a server's certificate only if nothing is wrong with it or the configuration says not to look; else says what is wrong.
/// </summary>
internal sealed class ServerCertificateVerifier(ClusterConfiguration configuration, TimeProvider time)
{
    /// <exception cref="AuthenticationException">The certificate is not accepted.</exception>
    public bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || configuration.InsecureSkipTlsVerify)
            return true;
        var isUntrusted = errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && !LeadsToAuthority(chain);
        if (errors == SslPolicyErrors.RemoteCertificateChainErrors && !isUntrusted)
            return true;
        if (certificate is not X509Certificate2 refused)
            return false;
        throw new AuthenticationException(isUntrusted ? ExplainChain(refused, chain) : ExplainName(refused));
    }

    // An intermediate authority is trusted as well, and the server's own certificate, as with kubectl, whatever the server sends above it:
    // that is left away, and what remains is judged anew.
    private bool LeadsToAuthority(X509Chain? chain)
    {
        if (chain?.ChainElements.Select(element => element.Certificate).ToArray() is not { Length: > 0 } path)
            return false;
        var end = Array.FindIndex(path, certificate => IsAuthority(certificate, chain));
        if (end < 0)
            return false;
        using var shorter = new X509Chain { ChainPolicy = chain.ChainPolicy.Clone() };
        shorter.ChainPolicy.ExtraStore.Clear();
        shorter.ChainPolicy.ExtraStore.AddRange(path[..(end + 1)]);
        return shorter.Build(path[0]) || EndsAtAuthority(shorter);
    }

    // Nothing may be wrong with the chain but that it goes no further. Of its end OpenSSL does not look at the time.
    private bool EndsAtAuthority(X509Chain chain) =>
        chain is { ChainStatus: [{ Status: X509ChainStatusFlags.PartialChain }], ChainElements: [.., var last] } && IsAuthority(last.Certificate, chain) && IsValidNow(last.Certificate);

    private bool IsValidNow(X509Certificate2 certificate) =>
        time.GetUtcNow().UtcDateTime is var now && now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime();

    // The trusted one itself, byte by byte.
    private static bool IsAuthority(X509Certificate2 certificate, X509Chain chain) =>
        chain.ChainPolicy.CustomTrustStore.Any(authority => authority.RawData.AsSpan().SequenceEqual(certificate.RawData));

    private string ExplainName(X509Certificate2 certificate)
    {
        var name = configuration.TlsServerName ?? configuration.Server.Host;
        return $"the server's certificate is not for {name} but for {SafeText.OneLine(Names(certificate), 512)}; "
            + "tls-server-name can name one of these";
    }

    private string ExplainChain(X509Certificate2 certificate, X509Chain? chain)
    {
        var status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid) || !IsValidNow(certificate))
        {
            return "the server's certificate, or one that it is signed with, is not valid now; "
                + $"it is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}";
        }

        if (status.HasFlag(X509ChainStatusFlags.UntrustedRoot) || status.HasFlag(X509ChainStatusFlags.PartialChain))
        {
            return "the server's certificate is signed by an authority that "
                + $"{Trust} does not have ({SafeText.OneLine(certificate.Issuer, 256)})";
        }

        return $"the server's certificate is not valid: {status}";
    }

    private string Trust => configuration.CertificateAuthority.IsEmpty ? "this computer" : "certificate-authority of the configuration";

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(Names);
        var text = string.Join(", ", names);
        return text.Length > 0 ? text : certificate.Subject;
    }

    private static IEnumerable<string> Names(X509SubjectAlternativeNameExtension extension) =>
        [.. extension.EnumerateDnsNames(), .. extension.EnumerateIPAddresses().Select(address => address.ToString())];
}
