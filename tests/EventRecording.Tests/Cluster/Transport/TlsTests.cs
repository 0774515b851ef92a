using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EventRecording.Tests.Cluster.Transport;

public class TlsTests
{
    private static readonly ReadOnlyMemory<byte> Authority = TestCertificates.Pem(TestCertificates.Authority);

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task A_server_of_the_given_authority_is_trusted_over_the_protocol_that_it_offers(HttpProtocols protocols, string expected)
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), protocols: protocols);
        var echo = await AskAsync(server, configuration => configuration with { CertificateAuthority = Authority });
        Assert.Equal(expected, (string?)echo["protocol"]);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_versions_of_TLS_are_spoken(SslProtocols version)
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), versions: version);
        Assert.Equal(version.ToString(), (string?)(await AskAsync(server, configuration => configuration with { CertificateAuthority = Authority }))["tls"]);
    }

    [Fact]
    public async Task One_of_several_authorities_in_the_bundle_suffices()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority));
        await AskAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.OtherAuthority, TestCertificates.Authority) });
        await AskAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Authority.RawData });
    }

    [Fact]
    public async Task One_authority_that_cannot_be_read_takes_nothing_from_the_others()
    {
        const string Damaged = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        var good = Encoding.ASCII.GetString(Authority.Span);
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority));
        foreach (var text in new[] { Damaged + good, good + "\n" + Damaged, "-----BEGIN X509 CRL-----\nMA==\n-----END X509 CRL-----\n" + Damaged + Damaged + good })
            await AskAsync(server, configuration => configuration with { CertificateAuthority = Encoding.ASCII.GetBytes(text) });
        AssertUnusable(configuration => configuration with { CertificateAuthority = Encoding.ASCII.GetBytes(Damaged + Damaged) }, "holds no certificate that can be read");
    }

    [Fact]
    public async Task An_intermediate_in_the_bundle_completes_the_chain()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Intermediate));
        await AskAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority, TestCertificates.Intermediate) });
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = Authority }, "signed by an authority that certificate-authority of the configuration does not have (CN=test intermediate)");
    }

    [Fact]
    public async Task An_intermediate_alone_is_an_authority_as_for_kubectl()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Intermediate));
        await AskAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Intermediate) });
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Intermediate), TlsServerName = "other" }, "is not for other");
    }

    [Fact]
    public async Task A_server_whose_certificate_only_bears_the_name_of_the_authority_is_refused()
    {
        foreach (var (real, namesake) in new[] { (TestCertificates.Intermediate, TestCertificates.NamesakeOfIntermediate), (TestCertificates.Authority, TestCertificates.NamesakeOfAuthority) })
        {
            await using var server = await HttpsServer.StartAsync(TestCertificates.Server(namesake));
            await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(real) }, "the server's certificate is");
        }
    }

    [Fact]
    public async Task The_certificate_of_an_authority_is_no_certificate_of_a_server()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Intermediate);
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Intermediate) }, "the server's certificate is");
    }

    [Fact]
    public async Task The_servers_own_certificate_is_an_authority_as_for_kubectl()
    {
        var own = TestCertificates.Server(TestCertificates.Authority);
        await using var server = await HttpsServer.StartAsync(own);
        await AskAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(own) });
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(own), TlsServerName = "other" }, "is not for other");
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Server(TestCertificates.Authority)) }, "signed by an authority");
    }

    [Fact]
    public async Task What_the_server_sends_above_a_trusted_certificate_does_not_count()
    {
        var own = TestCertificates.Server(TestCertificates.Intermediate);
        foreach (var trusted in new[] { own, TestCertificates.Intermediate, TestCertificates.Authority })
        {
            Assert.Null(await ShakeHandsAsync(own, trusted));
            Assert.NotNull(await ShakeHandsAsync(TestCertificates.Server(TestCertificates.NamesakeOfIntermediate), trusted));
        }

        Assert.Contains("signed by an authority", (await ShakeHandsAsync(own, TestCertificates.OtherAuthority))!.Message, StringComparison.Ordinal);
        Assert.Contains("is not for", (await ShakeHandsAsync(TestCertificates.Server(TestCertificates.Intermediate, "other"), TestCertificates.Intermediate))!.Message, StringComparison.Ordinal);
    }

    /// <returns>Why there is no connection.</returns>
    private static async Task<Exception?> ShakeHandsAsync(X509Certificate2 server, X509Certificate2 trusted)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync();
        var error = await Record.ExceptionAsync(() => AskAsync(new Uri($"https://{listener.LocalEndpoint}"), configuration => configuration with { CertificateAuthority = TestCertificates.Pem(trusted) }));
        await Record.ExceptionAsync(() => serving);
        // Without an answer it breaks behind the handshake.
        return error is ClusterConnectionException { Failure: ClusterConnectionFailure.Certificate } ? error : null;

        async Task ServeAsync()
        {
            using var tls = new SslStream((await listener.AcceptTcpClientAsync()).GetStream());
            listener.Stop();
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(server, [TestCertificates.Intermediate, TestCertificates.Authority], offline: true) });
            Assert.NotEqual(0, await tls.ReadAsync(new byte[1]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_nobody_trusts_is_refused_without_fetching_what_its_certificate_names(bool hasAuthority)
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ShowAsync(listener, TestCertificates.Server(TestCertificates.OtherAuthority, authorityAt: $"http://{elsewhere.LocalEndpoint}/authority"));
        await AssertRefusedAsync(new Uri($"https://{listener.LocalEndpoint}"), configuration => hasAuthority ? configuration with { CertificateAuthority = Authority } : configuration, "signed by an authority");
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
        Assert.False(elsewhere.Pending());
    }

    // A server of ASP.NET Core would look for the authority itself.
    private static async Task ShowAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var tls = new SslStream((await listener.AcceptTcpClientAsync()).GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true) });
        Assert.NotEqual(0, await tls.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused_and_nothing_is_fallen_back_to()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.OtherAuthority));
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = Authority }, "signed by an authority that certificate-authority of the configuration does not have (CN=other authority)");
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Intermediate) }, "signed by an authority");
        await AssertRefusedAsync(server, configuration => configuration, "signed by an authority that this computer does not have (CN=other authority)");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("api.example.com")]
    public async Task A_server_that_does_not_speak_TLS_is_told_as_that(string? tlsServerName)
    {
        await using var server = await HttpsServer.StartAsync(certificate: null);
        var address = new UriBuilder(server.Address) { Scheme = "https" }.Uri;
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => AskAsync(address, configuration => configuration with { TlsServerName = tlsServerName }));
        Assert.EndsWith("(context 'prod' of /home/me/.kube/config): what answers there does not speak TLS: is it http://, or another port?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority, "api.example.com"));
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = Authority }, "the server's certificate is not for 127.0.0.1 but for api.example.com; tls-server-name can name one of these");
    }

    [Fact]
    public async Task The_name_of_the_server_can_be_given_and_is_asked_for_while_the_host_stays()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority, "api.example.com"));
        var echo = await AskAsync(server, configuration => configuration with { CertificateAuthority = Authority, TlsServerName = "api.example.com" });
        Assert.Equal(("HTTP/2", server.Address.Authority, "api.example.com"), ((string?)echo["protocol"], (string?)echo["host"], server.ServerName));
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = Authority, TlsServerName = "other.example.com" }, "is not for other.example.com but for api.example.com");
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_with_its_dates()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority, until: new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = Authority }, "to 2021-01-01 00:00:00Z");
        await AssertRefusedAsync(server, configuration => configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.OtherAuthority) }, "is not valid");
    }

    [Fact]
    public async Task Any_certificate_is_accepted_only_where_the_configuration_says_so()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.OtherAuthority, "other.example.com"));
        await AskAsync(server, configuration => configuration with { InsecureSkipTlsVerify = true });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_certificate_is_sent(bool rsa)
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), askForCertificate: true);
        var client = TestCertificates.Client(TestCertificates.Authority, "jane", rsa);
        foreach (var name in new[] { null, "127.0.0.1" })
        {
            var echo = await AskAsync(server, configuration => configuration with { CertificateAuthority = Authority, ClientCertificate = client, TlsServerName = name });
            Assert.Equal("CN=jane", (string?)echo["certificate"]);
        }
    }

    [Fact]
    public async Task Token_name_and_password_and_the_user_to_act_as_are_sent()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority));
        var extra = new Dictionary<string, IReadOnlyList<string>> { ["example.com/scopes"] = ["x", "y"] };
        var echo = await AskAsync(server, configuration => configuration with
        {
            CertificateAuthority = Authority,
            Token = "t-1",
            Impersonation = new Impersonation { User = "jané", Groups = ["a", "b"], Extra = extra },
        });
        Assert.Equal("Bearer t-1", (string?)echo["authorization"]);
        Assert.Equal("jané", (string?)echo["user"]);
        Assert.Equal("""["a","b"]""", echo["groups"]!.ToJsonString());
        Assert.Equal("""["x","y"]""", echo["scopes"]!.ToJsonString());

        echo = await AskAsync(server, configuration => configuration with { CertificateAuthority = Authority, Basic = new BasicCredential("me", "pässword") });
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:pässword")), (string?)echo["authorization"]);
    }

    [Fact]
    public void A_certificate_or_a_key_that_cannot_be_used_is_an_error_before_anything_is_sent()
    {
        var jane = TestCertificates.Client(TestCertificates.Authority, "jane");
        var other = TestCertificates.Client(TestCertificates.Authority, "other");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var encrypted = key.ExportEncryptedPkcs8PrivateKeyPem("s3cr3t", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

        AssertUnusable(configuration => configuration with { CertificateAuthority = "nonsense"u8.ToArray() }, "The certificate-authority of context 'prod' of /home/me/.kube/config holds no certificate that can be read.");
        AssertUnusable(configuration => configuration with { CertificateAuthority = "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----"u8.ToArray() }, "holds no certificate that can be read");
        AssertUnusable(configuration => configuration with { ClientCertificate = jane with { Key = Encoding.ASCII.GetBytes(encrypted) } }, "is encrypted with a password; decrypt it with: openssl pkey");
        AssertUnusable(configuration => configuration with { ClientCertificate = jane with { Key = other.Key } }, "cannot be used with its key");
        AssertUnusable(configuration => configuration with { ClientCertificate = jane with { Key = "s3cr3t"u8.ToArray() } }, "cannot be used with its key");
        AssertUnusable(configuration => configuration with { ClientCertificate = jane with { Certificate = "x"u8.ToArray() } }, "cannot be used with its key");
    }

    [Fact]
    public void The_error_names_the_files()
    {
        using var folder = new TempFolder();
        var jane = TestCertificates.Client(TestCertificates.Authority, "jane");
        var (bad, crt) = (folder.Write("bad", "s3cr3t"), folder.Write("crt", Encoding.ASCII.GetString(jane.Certificate.Span)));
        AssertUnusable(configuration => configuration with { CertificateAuthorityFile = bad }, $"The certificate-authority in {bad} of context 'prod'");
        AssertUnusable(configuration => configuration with { ClientCertificateFiles = new(crt, bad) }, $"The client certificate in {crt} of context 'prod' of /home/me/.kube/config cannot be used with its key in {bad}: there is no private key in it (PEM).");
        AssertUnusable(configuration => configuration with { ClientCertificateFiles = new(folder.Path, bad) }, "cannot be read: it is a directory.");
    }

    [Theory]
    [InlineData(false, "PRIVATE KEY")]
    [InlineData(false, "RSA PRIVATE KEY")]
    [InlineData(false, "EC PRIVATE KEY")]
    [InlineData(false, "ANY PRIVATE KEY")]
    [InlineData(true, "PRIVATE KEY")]
    [InlineData(true, "EC PRIVATE KEY")]
    public void A_key_is_found_whatever_its_block_is_called(bool rsa, string label)
    {
        var client = TestCertificates.Client(TestCertificates.Authority, "jane", rsa);
        var pem = Encoding.ASCII.GetString(client.Key.Span);
        using AsymmetricAlgorithm key = rsa ? RSA.Create() : ECDsa.Create();
        key.ImportFromPem(pem);
        PemEncoding.TryFind(pem, out var block);
        foreach (var bytes in new[] { Convert.FromBase64String(pem[block.Base64Data]), key.ExportPkcs8PrivateKey() })
        {
            var text = "# It was ENCRYPTED once.\n" + PemEncoding.WriteString(label, bytes);
            using var connection = new ClusterConnection(Clusters.Configuration with { ClientCertificate = client with { Key = Encoding.ASCII.GetBytes(text) } });
        }
    }

    [Fact]
    public void A_key_of_an_algorithm_that_is_not_supported_is_told_as_that()
    {
        // Made by openssl: .NET makes none.
        const string Certificate = """
            -----BEGIN CERTIFICATE-----
            MIIBNDCB56ADAgECAhQ+CfA136Qu7SWaG2m5a7ESg40AyDAFBgMrZXAwDzENMAsG
            A1UEAwwEamFuZTAgFw0yNjExMjQwMDE3MzdaGA8yMTI2MTAzMTAwMTczN1owDzEN
            MAsGA1UEAwwEamFuZTAqMAUGAytlcAMhAMO3CpfuoISyAchpE1x5+qJtPzWOipF3
            uHg/e33UJWbZo1MwUTAdBgNVHQ4EFgQUCsVKAhqmj9uBV2lTestsX7CMpA0wHwYD
            VR0jBBgwFoAUCsVKAhqmj9uBV2lTestsX7CMpA0wDwYDVR0TAQH/BAUwAwEB/zAF
            BgMrZXADQQD9NY2+aoEBuCMfBYb+izrJCRQ3ZXHBbsYGi8mSmyHNsmfAKUbW8MmS
            K2vKSEaNwo0r/UCYYRz2k/s+iIfOtlkB
            -----END CERTIFICATE-----
            """;
        const string Key = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIHW5iDZnaNrl5WOvWLZP1cyUU2fZnoOU85YRueeWnbH+
            -----END PRIVATE KEY-----
            """;
        AssertUnusable(configuration => configuration with { ClientCertificate = new(Encoding.ASCII.GetBytes(Certificate), Encoding.ASCII.GetBytes(Key)) }, "Ed25519 is not supported by .NET; use a key of RSA or EC.");
        const string Encrypted = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMA==\n-----END RSA PRIVATE KEY-----";
        AssertUnusable(configuration => configuration with { ClientCertificate = new(Encoding.ASCII.GetBytes(Certificate), Encoding.ASCII.GetBytes(Encrypted)) }, "is encrypted with a password");
    }

    private static void AssertUnusable(Func<ClusterConfiguration, ClusterConfiguration> change, string expected)
    {
        var error = Assert.Throws<ClusterConfigurationException>(() => new ClusterConnection(change(Clusters.Configuration)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    private static Task AssertRefusedAsync(HttpsServer server, Func<ClusterConfiguration, ClusterConfiguration> change, string expected) => AssertRefusedAsync(server.Address, change, expected);

    private static async Task AssertRefusedAsync(Uri server, Func<ClusterConfiguration, ClusterConfiguration> change, string expected)
    {
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => AskAsync(server, change));
        Assert.Equal(ClusterConnectionFailure.Certificate, error.Failure);
        Assert.True(error.WasNotSent);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("context 'prod' of /home/me/.kube/config", error.Message, StringComparison.Ordinal);
    }

    private static Task<JsonNode> AskAsync(HttpsServer server, Func<ClusterConfiguration, ClusterConfiguration> change) => AskAsync(server.Address, change);

    private static async Task<JsonNode> AskAsync(Uri server, Func<ClusterConfiguration, ClusterConfiguration> change)
    {
        using var connection = new ClusterConnection(change(Clusters.Configuration with { Server = server }));
        return await connection.RequestAsync(HttpMethod.Get, "/echo");
    }
}
