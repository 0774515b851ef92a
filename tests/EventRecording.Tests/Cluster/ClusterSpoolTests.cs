using System.Security.Cryptography.X509Certificates;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

public sealed class ClusterSpoolTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static readonly ExecPlugin Aws = new() { Command = "aws", ApiVersion = TestPlugin.ApiVersion };
    private static readonly Impersonation Jane = new() { User = "jane" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whoever_is_another_user_for_the_server_has_another_spool()
    {
        var plain = Clusters.Configuration;
        ClusterConfiguration[] all =
        [
            plain,
            plain with { Token = "token-1" },
            plain with { Token = "token-2" },
            plain with { ClientCertificateFiles = new("/a/tls.crt", "/a/tls.key") },
            plain with { ClientCertificateFiles = new("/b/tls.crt", "/b/tls.key") },
            plain with { TokenFile = "/a/tls.crt" },
            plain with { Exec = Aws },
            plain with { Exec = Aws with { Arguments = ["--role", "secret-1"] } },
            plain with { Exec = Aws with { Arguments = ["--role", "secret-2"] } },
            plain with { Exec = Aws with { Arguments = ["--role secret-2"] } },
            plain with { Exec = Aws with { Environment = new Dictionary<string, string> { ["AWS_PROFILE"] = "secret-1" } } },
            plain with { Exec = Aws with { Environment = new Dictionary<string, string> { ["AWS_PROFILE"] = "secret-2" } } },
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
        Assert.All(all, one => Assert.DoesNotContain("secret-", User(one), StringComparison.Ordinal));
    }

    [Fact]
    public void The_order_of_groups_and_the_credential_of_a_named_user_make_no_other_user()
    {
        var plain = Clusters.Configuration with { UserName = "me" };
        Assert.Equal(User(plain), User(plain with { Token = "renewed" }));
        Assert.Equal(User(plain), User(plain with { Exec = Aws with { Arguments = ["--another"] } }));
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

    [Fact]
    public void The_file_of_an_authority_makes_the_cluster_that_its_certificates_make_and_a_next_one_beside_them_no_other()
    {
        Assert.Equal(Cluster(TestCertificates.Authority), ClusterOfFile(TestCertificates.Authority));
        Assert.Equal(Cluster(TestCertificates.Authority), ClusterOfFile(TestCertificates.NextAuthority, TestCertificates.Authority));
        Assert.Equal(Cluster(TestCertificates.OtherAuthority), ClusterOfFile(TestCertificates.OtherAuthority));
    }

    [Fact]
    public void Files_that_are_replaced_change_nothing_for_a_configuration_that_holds_what_they_held()
    {
        var client = TestCertificates.Client(TestCertificates.Authority, "me");
        var given = Clusters.Configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority), ClientCertificate = client };
        var read = given with { CertificateAuthorityFile = _folder.File("replaced"), ClientCertificateFiles = new(_folder.File("tls.crt"), _folder.File("tls.key")) };
        Assert.Equal(ClusterSpool.For(given, "/spool"), ClusterSpool.For(read, "/spool"));
    }

    [Fact]
    public void The_path_of_a_client_certificate_is_the_same_user_however_it_is_written()
    {
        Assert.Equal(User(CertificateAt(Path.GetFullPath("tls.crt"))), User(CertificateAt("tls.crt")));

        static ClusterConfiguration CertificateAt(string path) => Clusters.Configuration with { ClientCertificateFiles = new(path, "tls.key") };
    }

    [Fact]
    public void An_authority_whose_file_cannot_be_read_has_no_spool() =>
        Assert.Throws<ClusterConfigurationException>(() => ClusterSpool.For(Clusters.Configuration with { CertificateAuthorityFile = _folder.File("none.crt") }, "/spool"));

    private string ClusterOfFile(params X509Certificate2[] authority)
    {
        var file = _folder.Write("ca.crt", Encoding.ASCII.GetString(TestCertificates.Pem(authority).Span));
        return ClusterSpool.For(Clusters.Configuration with { CertificateAuthorityFile = file }, "/spool").Cluster;
    }

    private static string Cluster(params X509Certificate2[] authority) =>
        ClusterSpool.For(Clusters.Configuration with { CertificateAuthority = TestCertificates.Pem(authority) }, "/spool").Cluster;

    private static string User(ClusterConfiguration configuration) => ClusterSpool.For(configuration, "/spool").User;
}
