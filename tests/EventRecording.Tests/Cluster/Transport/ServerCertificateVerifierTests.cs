using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Transport;

/// <summary>Whatever a server may send. One with a connection sends only what belongs to its own certificate.</summary>
public class ServerCertificateVerifierTests
{
    private static readonly DateTimeOffset LongAgo = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly X509Certificate2 Root = TestCertificates.Authority;
    private static readonly X509Certificate2 Upper = TestCertificates.Intermediate;
    private static readonly X509Certificate2 Lower = TestCertificates.CreateAuthority("CN=test lower intermediate", Upper);
    private static readonly X509Certificate2 Server = TestCertificates.Server(Lower);

    public static TheoryData<string> Anchors => [nameof(Root), nameof(Upper), nameof(Lower), nameof(Server)];

    [Theory]
    [MemberData(nameof(Anchors))]
    public void Each_certificate_of_the_path_is_an_authority_whatever_is_sent_above_it(string anchor)
    {
        var trusted = Named(anchor);
        Verify([trusted], Server, Lower, Upper);
        Verify([trusted], Server, Lower, Upper, Root);
        Verify([trusted], Server, Root, Lower, Upper);
        Verify([TestCertificates.OtherAuthority, trusted], Server, Lower, Upper, Root);
    }

    [Fact]
    public void An_authority_that_is_sent_and_did_not_sign_the_certificate_makes_nobody_trusted()
    {
        var stranger = TestCertificates.Server(TestCertificates.OtherAuthority);
        foreach (var trusted in new[] { Root, Upper, Lower, Server })
        {
            AssertRefused([trusted], stranger, Lower, Upper, Root, Server);
            AssertRefused([trusted], stranger, TestCertificates.OtherAuthority, Lower, Upper, Root, Server);
        }
    }

    [Fact]
    public void A_certificate_that_only_bears_the_name_of_its_authority_is_refused()
    {
        var (namesake, key) = (TestCertificates.CreateAuthority("CN=test lower intermediate", TestCertificates.NamesakeOfIntermediate), TestCertificates.Server(TestCertificates.NamesakeOfIntermediate));
        var forged = TestCertificates.Server(namesake);
        foreach (var trusted in new[] { Root, Upper, Lower, Server })
        {
            AssertRefused([trusted], forged, Lower, Upper, Root);
            AssertRefused([trusted], forged, namesake, Upper, Root);
            AssertRefused([trusted], forged, namesake, TestCertificates.NamesakeOfIntermediate, TestCertificates.NamesakeOfAuthority, Root);
            AssertRefused([trusted], key, Upper, Root);
        }
    }

    [Fact]
    public void A_certificate_that_is_no_authority_has_signed_nothing()
    {
        var issuer = TestCertificates.Server(Upper);
        AssertRefused([issuer], TestCertificates.Server(issuer), issuer, Upper, Root);
        AssertRefused([Upper], TestCertificates.Server(issuer), issuer, Upper, Root);
    }

    [Fact]
    public void What_has_expired_up_to_the_authority_is_refused()
    {
        var expired = TestCertificates.Server(Lower, until: LongAgo);
        foreach (var trusted in new[] { Root, Upper, Lower, expired })
            AssertRefused([trusted], expired, Lower, Upper, Root);
        AssertRefused([expired], expired);

        var expiredLower = TestCertificates.CreateAuthority("CN=test expired intermediate", Upper, until: LongAgo);
        var below = TestCertificates.Server(expiredLower);
        foreach (var trusted in new[] { Root, Upper, expiredLower })
            AssertRefused([trusted], below, expiredLower, Upper, Root);
        AssertRefused([expiredLower], below, expiredLower);
        // As for kubectl: it is trusted itself.
        Verify([below], below, expiredLower, Upper, Root);
    }

    [Fact]
    public void A_certificate_for_another_use_is_refused()
    {
        var client = TestCertificates.Server(Lower, usage: TestCertificates.ClientUsage);
        foreach (var trusted in new[] { Root, Upper, Lower, client })
            AssertRefused([trusted], client, Lower, Upper, Root);
    }

    [Fact]
    public void A_certificate_for_another_name_is_refused_whoever_signed_it()
    {
        foreach (var trusted in new[] { Root, Upper, Lower, Server })
        {
            var error = Assert.Throws<AuthenticationException>(() => Verify([trusted], SslPolicyErrors.RemoteCertificateNameMismatch, Server, Lower, Upper, Root));
            Assert.Contains("is not for", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_an_authority_in_the_configuration_the_machine_alone_decides() => AssertRefused([], Server, Lower, Upper, Root);

    private static X509Certificate2 Named(string name) => name switch
    {
        nameof(Root) => Root,
        nameof(Upper) => Upper,
        nameof(Lower) => Lower,
        _ => Server,
    };

    private static void AssertRefused(X509Certificate2[] trusted, X509Certificate2 certificate, params X509Certificate2[] sent) =>
        Assert.Throws<AuthenticationException>(() => Verify(trusted, certificate, sent));

    private static void Verify(X509Certificate2[] trusted, X509Certificate2 certificate, params X509Certificate2[] sent) =>
        Verify(trusted, SslPolicyErrors.None, certificate, sent);

    // As SslStream does it.
    private static void Verify(X509Certificate2[] trusted, SslPolicyErrors others, X509Certificate2 certificate, params X509Certificate2[] sent)
    {
        var configuration = new ClusterConfiguration { Server = new Uri("https://127.0.0.1"), CertificateAuthority = TestCertificates.Pem(trusted) };
        using var chain = new X509Chain { ChainPolicy = ClusterCertificates.Policy(configuration) };
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(TestCertificates.ServerUsage));
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        var errors = others | (chain.Build(certificate) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors);
        Assert.True(new ServerCertificateVerifier(configuration, TimeProvider.System).Verify(chain, certificate, chain, errors));
    }
}
