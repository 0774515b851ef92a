using System.Security.Cryptography.X509Certificates;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

public class ClusterSpoolTests
{
    private static readonly Impersonation Jane = new() { User = "jane" };

    [Fact]
    public void Whoever_is_another_user_for_the_server_has_another_spool()
    {
        var plain = Clusters.Configuration;
        ClusterConfiguration[] all =
        [
            plain,
            plain with { Token = "token-1" },
            plain with { Token = "token-2" },
            plain with { UserName = "me" },
            plain with { Impersonation = Jane },
            plain with { Impersonation = Jane with { Uid = "7" } },
            plain with { Impersonation = Jane with { Groups = ["a"] } },
            plain with { Impersonation = Jane with { Groups = ["b"] } },
            plain with { Impersonation = Jane with { Groups = ["a", "b"] } },
            plain with { Impersonation = Jane with { Extra = new Dictionary<string, IReadOnlyList<string>> { ["scope"] = ["a"] } } },
        ];
        Assert.Equal(all.Length, all.Select(User).Distinct().Count());
        Assert.All(all, one => Assert.DoesNotContain("token-", User(one), StringComparison.Ordinal));
    }

    [Fact]
    public void The_order_of_groups_and_the_token_of_a_named_user_make_no_other_user()
    {
        var plain = Clusters.Configuration with { UserName = "me" };
        Assert.Equal(User(plain), User(plain with { Token = "renewed" }));
        Assert.Equal(User(plain with { Impersonation = Jane with { Groups = ["a", "b"] } }), User(plain with { Impersonation = Jane with { Groups = ["b", "a"] } }));
    }

    [Fact]
    public void A_certificate_that_comes_beside_that_of_the_authority_makes_no_other_cluster_and_another_authority_does()
    {
        var now = Cluster(TestCertificates.Authority);
        Assert.Equal(now, Cluster(TestCertificates.Authority, TestCertificates.NextAuthority));
        Assert.Equal(now, Cluster(TestCertificates.NextAuthority, TestCertificates.Authority));
        Assert.Equal(4, new[] { Cluster(), now, Cluster(TestCertificates.NextAuthority), Cluster(TestCertificates.OtherAuthority) }.Distinct().Count());
    }

    private static string Cluster(params X509Certificate2[] authority) =>
        ClusterSpool.For(Clusters.Configuration with { CertificateAuthority = TestCertificates.Pem(authority) }, "/spool").Cluster;

    private static string User(ClusterConfiguration configuration) => ClusterSpool.For(configuration, "/spool").User;
}
