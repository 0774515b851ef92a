using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Kubeconfig;

public class KubeConfigSettingsTests
{
    private const string Https = "{server: https://h}";

    [Fact]
    public void The_settings_of_a_cluster_are_read()
    {
        var configuration = KubeConfigs.Of("{server: 'https://h/k8s/c-1', certificate-authority-data: YWJj, tls-server-name: name, proxy-url: 'socks5://p:1080'}");
        Assert.Equal("https://h/k8s/c-1", configuration.Server.AbsoluteUri);
        Assert.Equal("abc"u8.ToArray(), configuration.CertificateAuthority.ToArray());
        Assert.Equal(("name", new Uri("socks5://p:1080"), false), (configuration.TlsServerName, configuration.Proxy, configuration.InsecureSkipTlsVerify));
    }

    [Theory]
    [InlineData("{server: 'h:8443'}", "http://h:8443/")]
    [InlineData("{server: 'h:8443', insecure-skip-tls-verify: true}", "https://h:8443/")]
    [InlineData("{server: 'https://[fd00::1]:6443'}", "https://[fd00::1]:6443/")]
    public void An_address_without_a_scheme_is_https_where_there_is_anything_about_TLS(string cluster, string expected) =>
        Assert.Equal(expected, KubeConfigs.Of(cluster).Server.AbsoluteUri);

    [Theory]
    [InlineData("true", true)]
    [InlineData("yes", true)]
    [InlineData("False", false)]
    [InlineData("null", false)]
    public void A_flag_is_read_as_kubectl_reads_it(string value, bool expected) =>
        Assert.Equal(expected, KubeConfigs.Of($"{{server: https://h, insecure-skip-tls-verify: {value}}}").InsecureSkipTlsVerify);

    [Theory]
    [InlineData("{server: https://h, insecure-skip-tls-verify: \"true\"}", "insecure-skip-tls-verify must be true or false, without quotes.")]
    [InlineData("{server: https://h, insecure-skip-tls-verify: 1}", "insecure-skip-tls-verify must be true or false, without quotes.")]
    [InlineData("{server: https://h, insecure-skip-tls-verify: true, certificate-authority-data: YWJj}", "contradicts its certificate-authority; remove one of them.")]
    [InlineData("{server: https://h, certificate-authority: x, certificate-authority-data: YWJj}", "is there twice, as a file and as certificate-authority-data; only one can be used.")]
    [InlineData("{server: https://h, certificate-authority-data: '*s3cr3t*'}", "certificate-authority-data of the cluster 'c1'")]
    [InlineData("{server: https://h, certificate-authority: nowhere.pem}", "cannot be read")]
    [InlineData("{server: https://h, certificate-authority: \"a\\0b\"}", "must be the path of a file, and no path has a null character.")]
    [InlineData("{server: https://h, proxy-url: 'ftp://user:s3cr3t@p'}", "must be an address that starts with http://, https:// or socks5://, with a port up to 65535, if any")]
    [InlineData("{server: https://user:s3cr3t@h}", "must have no user and password, which messages would show")]
    [InlineData("{server: 'https://h:99999'}", "has a port that is no number up to 65535; it must be an address such as https://cluster.example.com:6443.")]
    [InlineData("{server: 'https://h:6443x/path'}", "has a port that is no number up to 65535")]
    [InlineData("{server: 'https://'}", "must be an address such as https://cluster.example.com:6443.")]
    [InlineData("{server: ftp://h}", "must start with https:// or http://, such as https://cluster.example.com:6443.")]
    [InlineData("{server: https://h, proxy-url: 'http://me:s3cr#3t@p:1'}", "in a name or password # is %23, / is %2F and @ is %40.")]
    [InlineData("{server: https://h, certificate-authority: '~/ca.crt'}", "The ~ is not replaced there: write the home directory in full.")]
    [InlineData("{server: https://h, certificate-authority: .}", "cannot be read: it is a directory.")]
    [InlineData("{server: [https://h]}", "server must be a text.")]
    [InlineData("[]", "cluster must be a mapping.")]
    public void A_setting_of_a_cluster_that_cannot_be_used_is_named(string cluster, string expected) => AssertError(() => KubeConfigs.Of(cluster), expected);

    [Theory]
    [InlineData("12345")]
    [InlineData("0123")]
    [InlineData("0x1F")]
    [InlineData("1_000")]
    [InlineData("12e3")]
    [InlineData(".5")]
    [InlineData("-.inf")]
    [InlineData("0b101")]
    [InlineData("!!int '7'")]
    [InlineData("yes")]
    [InlineData("N")]
    public void A_number_or_a_truth_value_is_no_text_as_for_kubectl(string value)
    {
        AssertError(() => KubeConfigs.Of(Https, $"{{token: {value}}}"), "token must be a text, and this is a number or a truth value; put it in quotes.");
        AssertError(() => KubeConfigs.Of(Https, $"{{as: jane, as-groups: [{value}]}}"), "as-groups must be a text");
    }

    [Theory]
    [InlineData("1.2.3")]
    [InlineData("2026-11-20")]
    [InlineData("12e99999")]
    [InlineData("0x123456789abcdef0123")]
    [InlineData("_1")]
    [InlineData("1:30")]
    [InlineData("'12'", "12")]
    [InlineData("!!str 12", "12")]
    [InlineData("!!binary MTI=", "12")]
    public void What_only_looks_like_a_number_is_a_text(string value, string? expected = null) =>
        Assert.Equal(expected ?? value, KubeConfigs.Of(Https, $"{{token: {value}}}").Token);

    [Fact]
    public void The_credentials_of_a_user_are_read()
    {
        var configuration = KubeConfigs.Of(Https, $"{{client-certificate-data: YWJj, client-key-data: 'ZGVm', token: t, tokenFile: '{Path.GetFullPath("/f")}'}}");
        Assert.Equal("abc"u8.ToArray(), configuration.ClientCertificate?.Certificate.ToArray());
        Assert.Equal("def"u8.ToArray(), configuration.ClientCertificate?.Key.ToArray());
        Assert.Equal(("t", Path.GetFullPath("/f")), (configuration.Token, configuration.TokenFile));
        Assert.Equal(new BasicCredential("me", "pass"), KubeConfigs.Of(Https, "{username: me, password: pass}").Basic);
    }

    [Fact]
    public void Files_are_named_so_that_they_can_be_read_again()
    {
        using var folder = new TempFolder();
        var (authority, certificate, key) = (folder.Write("ca", "a"), folder.Write("crt", "c"), folder.Write("key", "k"));
        var configuration = KubeConfigs.Of($"{{server: https://h, certificate-authority: '{authority}'}}", $"{{client-certificate: '{certificate}', client-key: '{key}'}}");
        Assert.Equal((authority, new ClientCertificateFiles(certificate, key)), (configuration.CertificateAuthorityFile, configuration.ClientCertificateFiles));
        Assert.Null(KubeConfigs.Of(Https, $"{{client-certificate-data: YWJj, client-key: '{key}'}}").ClientCertificateFiles);
    }

    [Fact]
    public void The_user_to_act_as_is_read()
    {
        var impersonation = KubeConfigs.Of(Https, "{as: jane, as-uid: '7', as-groups: [a, b], as-user-extra: {scopes: [x, z]}}").Impersonation;
        Assert.Equal(("jane", "7"), (impersonation?.User, impersonation?.Uid));
        Assert.Equal(["a", "b"], impersonation!.Groups);
        Assert.Equal(["x", "z"], impersonation.Extra["scopes"]);
    }

    [Fact]
    public void An_exec_plugin_is_read()
    {
        var plugin = KubeConfigs.Of(
            "{server: https://h, extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a, n: 1, on: true, list: [null, 1.5]}}]}",
            "{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks, get-token, ''], env: [{name: A, value: b}], installHint: get it, interactiveMode: Never, provideClusterInfo: true}}").Exec!;
        Assert.Equal(("aws", "client.authentication.k8s.io/v1", "get it", ExecInteractiveMode.Never, true), (plugin.Command, plugin.ApiVersion, plugin.InstallHint, plugin.InteractiveMode, plugin.ProvideClusterInfo));
        Assert.Equal(["eks", "get-token", ""], plugin.Arguments);
        Assert.Equal("b", plugin.Environment["A"]);
        Assert.Equal("""{"audience":"a","n":1,"on":true,"list":[null,1.5]}""", plugin.ClusterConfig);
    }

    /// <summary>A key in place of its path, as when -data is forgotten.</summary>
    [Theory]
    [InlineData("-----BEGIN PRIVATE KEY-----\\ns3cr3t\\n-----END PRIVATE KEY-----\\n")]
    [InlineData("-----BEGIN s3cr3t")]
    [InlineData("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCs3cr3t")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.s3cr3t")]
    [InlineData("s3cr3t\\nof two lines")]
    [InlineData("LONG")]
    public void What_stands_in_place_of_a_path_is_not_repeated(string content)
    {
        if (content == "LONG")
            content = $"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj/s3cr3t{new string('A', 1600)}";
        AssertError(() => KubeConfigs.Of($"{{server: https://h, certificate-authority: \"{content}\"}}"), "which in base64 would stand in certificate-authority-data.");
        AssertError(() => KubeConfigs.Of(Https, $"{{client-certificate-data: YWJj, client-key: \"{content}\"}}"), "which in base64 would stand in client-key-data.");
        AssertError(() => KubeConfigs.Of(Https, $"{{client-certificate: \"{content}\", client-key-data: YWJj}}"), "which in base64 would stand in client-certificate-data.");
        AssertError(() => KubeConfigs.Of(Https, $"{{tokenFile: \"{content}\"}}"), "looks like a token, which would stand in token.");
        AssertError(() => KubeConfigs.Of(Https, $"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: \"{content}\", interactiveMode: Never}}}}"), "has a command that is no program, but looks like a key or a token.");
    }

    [Theory]
    [InlineData("{auth-provider: {name: gcp, config: {access-token: s3cr3t}}}", "auth-provider of the user 'u1'")]
    [InlineData("{client-certificate-data: YWJj}", "has no client-key that belongs to it.")]
    [InlineData("{client-key-data: YWJj}", "has no client-certificate that belongs to it.")]
    [InlineData("{client-certificate-data: YWJj, client-key-data: 's3cr3t!'}", "client-key-data of the user 'u1'")]
    [InlineData("{token: s3cr3t, username: me}", "is there together with a token; only one of them can be used.")]
    [InlineData("{as-groups: [a]}", "as of the user 'u1'")]
    [InlineData("{exec: {command: aws}}", "must have the apiVersion client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1 and not ''.")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws}}", "and not 'client.authentication.k8s.io/v1alpha1'.")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}", "has no command.")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}}", "must have an interactiveMode (Never, IfAvailable or Always).")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: x}}", "has an interactiveMode that is not Never, IfAvailable or Always.")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never, env: [{value: s3cr3t}]}}", "has an env without a name.")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never, args: {a: s3cr3t}}}", "args must be a list.")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never, args: [[s3cr3t]]}}", "args must be a list of texts.")]
    public void A_setting_of_a_user_that_cannot_be_used_is_named_and_no_secret_is_shown(string user, string expected) =>
        AssertError(() => KubeConfigs.Of(Https, user), expected);

    [Fact]
    public void No_credential_is_sent_in_the_clear_but_the_user_to_act_as_is()
    {
        var configuration = KubeConfigs.Of("{server: http://h}", "{token: s3cr3t, client-certificate-data: YWJj, client-key-data: YWJj, as: jane}");
        Assert.Equal((null, null, "jane"), (configuration.Token, configuration.ClientCertificate, configuration.Impersonation?.User));
    }

    private static void AssertError(Func<ClusterConfiguration> load, string expected)
    {
        var error = Assert.Throws<ClusterConfigurationException>(load);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Matches(@"config:\d+:\d+: ", error.Message);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }
}
