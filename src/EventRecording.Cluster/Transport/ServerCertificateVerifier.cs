using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EventRecording.Cluster;

/// <summary>
/// Accepts a server's certificate only if nothing is wrong with it or the configuration says not to look; else says what is wrong.
/// </summary>
internal sealed class ServerCertificateVerifier(ClusterConfiguration configuration)
{
    /// <exception cref="AuthenticationException">The certificate is not accepted.</exception>
    public bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || configuration.InsecureSkipTlsVerify)
            return true;
        if (errors == SslPolicyErrors.RemoteCertificateChainErrors && EndsAtAuthority(chain))
            return true;
        if (certificate is not X509Certificate2 refused)
            return false;
        throw new AuthenticationException(Explain(refused, chain, errors));
    }

    // An intermediate authority is trusted as well, and the server's own certificate, as with kubectl: then nothing may be wrong with
    // the chain but that it goes no further, and its last certificate must be the trusted one itself, byte by byte.
    private static bool EndsAtAuthority(X509Chain? chain) =>
        chain is { ChainStatus: [{ Status: X509ChainStatusFlags.PartialChain }], ChainElements: [.., var last] }
        && chain.ChainPolicy.CustomTrustStore.Any(authority => authority.RawData.AsSpan().SequenceEqual(last.Certificate.RawData));

    private string Explain(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && !EndsAtAuthority(chain))
            return ExplainChain(certificate, chain);
        var name = configuration.TlsServerName ?? configuration.Server.Host;
        return $"the server's certificate is not for {name} but for {SafeText.OneLine(Names(certificate), 512)}; "
            + "tls-server-name can name one of these";
    }

    private string ExplainChain(X509Certificate2 certificate, X509Chain? chain)
    {
        var status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
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
