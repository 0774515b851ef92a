using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Kubeconfig;

public sealed class KubeConfigLoaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_current_context_is_loaded()
    {
        var file = _folder.Write("config", KubeConfigs.Simple);
        var configuration = KubeConfigs.Load(file);
        Assert.Equal("https://c1.example.com:6443/", configuration.Server.AbsoluteUri);
        Assert.Equal(("prod", "c1", "u1", "wire"), (configuration.ContextName, configuration.ClusterName, configuration.UserName, configuration.Namespace));
        Assert.Equal("secret-token", configuration.Token);
        Assert.Equal($"context 'prod' of {file}", configuration.Origin);
        Assert.DoesNotContain("secret", configuration.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_their_writers_have_open_are_read()
    {
        var authority = _folder.Write("ca.crt", "an authority");
        var file = _folder.Write("config", KubeConfigs.Simple.Replace("    server:", "    certificate-authority: ca.crt\n    server:", StringComparison.Ordinal));
        using var kubectl = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        using var renewal = new FileStream(authority, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Assert.Equal("an authority"u8, KubeConfigs.Load(file).CertificateAuthority.Span);
    }

    [Fact]
    public void Another_context_can_be_chosen()
    {
        var configuration = KubeConfigs.Load(_folder.Write("config", KubeConfigs.Simple), "test");
        Assert.Equal(("test", "default", null, null), (configuration.ContextName, configuration.Namespace, configuration.UserName, configuration.Token));
    }

    [Fact]
    public void A_context_that_is_not_there_is_an_error_that_lists_what_there_is()
    {
        var file = _folder.Write("config", KubeConfigs.Simple);
        Assert.Equal($"There is no context 'none' in {file}; there is: prod, test.", Error(() => KubeConfigs.Load(file, "none")));
        file = _folder.Write("config", KubeConfigs.Simple.Replace("current-context: prod", "current-context: gone", StringComparison.Ordinal));
        Assert.Equal($"There is no context 'gone', the current-context of {file}; there is: prod, test.", Error(() => KubeConfigs.Load(file)));
    }

    [Theory]
    [InlineData("cluster: c1", "cluster: c2", "There is no cluster 'c2', asked for by context 'prod' of {0}; there is: c1.")]
    [InlineData("user: u1", "user: u2", "There is no user 'u2', asked for by context 'prod' of {0}; there is: u1.")]
    [InlineData("current-context: prod", "", "There is no current-context in {0}; choose one of its contexts: prod, test.")]
    [InlineData("current-context: prod", "current-context: ''", "There is no current-context in {0}; choose one of its contexts: prod, test.")]
    [InlineData("- name: test\n  context", "- name: prod\n  context", "{0}:11:3: contexts has two entries with the name 'prod'.")]
    [InlineData("{cluster: c1, user", "{user", "{0}:10:12: the context 'prod' names no cluster.")]
    [InlineData("kind: Config", "kind: Pod", "{0}:1:1: this is no kubeconfig: its kind is Pod and not Config.")]
    [InlineData("apiVersion: v1", "apiVersion: v2", "{0}:1:1: the apiVersion v2 of a kubeconfig is not known; it must be v1.")]
    [InlineData("server: https", "servers: https", "{0}:7:5: server of the cluster 'c1' (context 'prod' of {0}) is missing.")]
    [InlineData("\n  cluster:\n    server: https://c1.example.com:6443", "", "{0}:5:1: server of the cluster 'c1' (context 'prod' of {0}) is missing.")]
    [InlineData("server: https", "server: ftp", "{0}:7:13: server of the cluster 'c1' (context 'prod' of {0}) must start with https:// or http://, such as https://cluster.example.com:6443.")]
    [InlineData("users:\n", "users: 7\nx:\n", "{0}:13:8: users must be a list.")]
    [InlineData("- name: u1", "- u1\n- name: u1", "{0}:14:3: an entry of users must be a mapping with name and user.")]
    public void What_is_missing_or_wrong_is_named_with_its_place(string good, string bad, string message)
    {
        var text = KubeConfigs.Simple.ReplaceLineEndings("\n");
        Assert.Contains(good, text, StringComparison.Ordinal);
        var file = _folder.Write("config", text.Replace(good, bad, StringComparison.Ordinal));
        Assert.Equal(string.Format(null, message, file), Error(() => KubeConfigs.Load(file)));
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_in_one_sentence()
    {
        var file = _folder.Write("config", KubeConfigs.Simple.Replace("    server:", "    certificate-authority: none.crt\n    server:", StringComparison.Ordinal));
        Assert.Matches(@"certificate-authority of the cluster 'c1' .* cannot be read: .*none\.crt'\.\z", Error(() => KubeConfigs.Load(file)));
    }

    [Fact]
    public void KUBECONFIG_lists_files_of_which_the_first_wins_and_missing_ones_are_passed_over()
    {
        var one = _folder.Write("one", """
            clusters: [{name: c1, cluster: {server: "https://one.example.com"}}]
            users: [{name: u1, user: {token: one}}]
            """);
        var two = _folder.Write("two", """
            current-context: b
            clusters: [{name: c1, cluster: {server: "https://two.example.com", tls-server-name: two}}, {name: c2, cluster: {server: "https://two.example.com"}}]
            contexts: [{name: a, context: {cluster: c1, user: u1}}, {name: b, context: {cluster: c2, user: u1}}]
            users: [{name: u1, user: {token: two}}]
            """);
        var three = _folder.Write("three", "current-context: a");
        var list = string.Join(Path.PathSeparator, _folder.File("missing"), one, two, "", one, three);

        var current = KubeConfigs.Load(null, null, new() { ["KUBECONFIG"] = list });
        Assert.Equal(("b", "two.example.com", "one"), (current.ContextName, current.Server.Host, current.Token));
        Assert.Equal($"context 'b' of {two}", current.Origin);

        var other = KubeConfigs.Load(null, "a", new() { ["KUBECONFIG"] = list });
        Assert.Equal(("one.example.com", null), (other.Server.Host, other.TlsServerName));
    }

    [Fact]
    public void One_that_is_there_and_cannot_be_read_is_an_error_and_never_passed_over()
    {
        var directory = Directory.CreateDirectory(_folder.File("directory")).FullName;
        var good = _folder.Write("good", KubeConfigs.Simple);
        var variables = new Dictionary<string, string> { ["KUBECONFIG"] = string.Join(Path.PathSeparator, directory, good) };
        Assert.Equal($"The kubeconfig {directory} cannot be read: it is a directory.", Error(() => KubeConfigs.Load(null, null, variables)));
        Directory.CreateDirectory(_folder.File(".kube/config"));
        Assert.Contains("it is a directory", Error(() => KubeConfigs.Load(null, null, new() { ["HOME"] = _folder.Path }, () => Clusters.Configuration)), StringComparison.Ordinal);
    }

    [UnixFact("On Windows not everybody may make a link.")]
    public void A_link_is_what_it_leads_to()
    {
        foreach (var name in new[] { "none", "loop" })
            File.CreateSymbolicLink(_folder.File(name), name == "none" ? "nothing" : name);
        var good = _folder.Write("good", KubeConfigs.Simple);
        Assert.Equal("prod", KubeConfigs.Load(null, null, Variables("none")).ContextName);
        Assert.StartsWith($"The kubeconfig {_folder.File("loop")} cannot be read: ", Error(() => KubeConfigs.Load(null, null, Variables("loop"))), StringComparison.Ordinal);

        _folder.Write("nothing", new string('#', 5_000_000));
        Assert.Contains("larger than 4 MiB", Error(() => KubeConfigs.Load(null, null, Variables("none"))), StringComparison.Ordinal);

        Dictionary<string, string> Variables(string first) => new() { ["KUBECONFIG"] = string.Join(Path.PathSeparator, _folder.File(first), good) };
    }

    [Fact]
    public void A_kuberc_that_is_there_and_cannot_be_read_allows_no_plugin()
    {
        Directory.CreateDirectory(_folder.File(".kube/kuberc"));
        _folder.Write(".kube/config", KubeConfigs.Document("{server: https://h}", "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x}}"));
        Assert.Contains("kuberc", Error(() => KubeConfigs.Load(null, null, new() { ["HOME"] = _folder.Path })), StringComparison.Ordinal);
    }

    [Fact]
    public void Relative_paths_start_at_the_file_that_names_them()
    {
        _folder.Write("a/pki/ca.pem", "authority of a");
        _folder.Write("b/pki/ca.pem", "authority of b");
        var a = _folder.Write("a/config", """
            current-context: x
            clusters: [{name: c1, cluster: {server: "https://h", certificate-authority: pki/ca.pem}}]
            contexts: [{name: x, context: {cluster: c1, user: u1}}]
            """);
        // A path of the system's own form: with / it is a name on Windows, as for kubectl.
        var command = Path.Combine(".", "bin", "plugin");
        var b = _folder.Write("b/config", $$"""
            users: [{name: u1, user: {tokenFile: token, exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: '{{command}}'} } }]
            """);
        var configuration = KubeConfigs.Load(null, null, new() { ["KUBECONFIG"] = a + Path.PathSeparator + b });
        Assert.Equal("authority of a"u8.ToArray(), configuration.CertificateAuthority.ToArray());
        Assert.Equal(_folder.File("b/token"), configuration.TokenFile);
        Assert.Equal(_folder.File("b/bin/plugin"), configuration.Exec?.Command);
    }

    [Fact]
    public void The_home_directory_is_looked_into_where_KUBECONFIG_names_nothing()
    {
        _folder.Write(".kube/config", KubeConfigs.Simple);
        var configuration = KubeConfigs.Load(null, null, new() { ["HOME"] = _folder.Path, ["KUBECONFIG"] = "" });
        Assert.Equal("prod", configuration.ContextName);
    }

    [Fact]
    public void A_pod_uses_its_service_account_where_there_is_no_file()
    {
        var pod = new ClusterConfiguration { Server = new Uri("https://10.0.0.1") };
        var variables = new Dictionary<string, string> { ["HOME"] = _folder.Path };
        Assert.Same(pod, KubeConfigs.Load(null, null, variables, () => pod));
        _folder.Write(".kube/config", "");
        Assert.Same(pod, KubeConfigs.Load(null, null, variables, () => pod));
        _folder.Write(".kube/config", KubeConfigs.Simple);
        Assert.Equal("prod", KubeConfigs.Load(null, null, variables, () => pod).ContextName);
    }

    [Fact]
    public void A_home_that_cannot_be_looked_into_has_no_kubeconfig()
    {
        var pod = new ClusterConfiguration { Server = new Uri("https://10.0.0.1") };
        Assert.Same(pod, KubeConfigs.Load(null, null, new() { ["HOME"] = $"/{new string('x', 5_000)}" }, () => pod));
    }

    [Fact]
    public void No_configuration_at_all_is_an_error_that_says_how_to_make_one()
    {
        var error = Assert.Throws<ClusterNotConfiguredException>(() => KubeConfigs.Load(null, null, new() { ["HOME"] = _folder.Path })).Message;
        Assert.Contains(Path.Combine(_folder.Path, ".kube", "config"), error, StringComparison.Ordinal);
        foreach (var way in new[] { "KUBECONFIG", "~/.kube/config" })
            Assert.Contains(way, error, StringComparison.Ordinal);
        // Not everybody who reads it has cmdlets.
        foreach (var way in new[] { "-Kubeconfig", "Start-KubeEventSandbox" })
            Assert.DoesNotContain(way, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_in_a_pod_without_a_kubeconfig_is_an_error_that_says_where_contexts_are()
    {
        var error = Error(() => KubeConfigs.Load(null, "prod", new() { ["HOME"] = _folder.Path }, () => Clusters.Configuration));
        Assert.Contains("is missing or empty, and there is no context 'prod' without one: in this pod leave it out.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_named_must_be_there_and_not_be_empty()
    {
        Assert.Contains(_folder.File("none"), Error(() => KubeConfigs.Load(_folder.File("none"))), StringComparison.Ordinal);
        Assert.Contains("is empty", Error(() => KubeConfigs.Load(_folder.Write("empty", "# nothing\n"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_is_an_error() =>
        Assert.Contains("larger than 4 MiB", Error(() => KubeConfigs.Load(_folder.Write("large", new string('#', 5_000_000)))), StringComparison.Ordinal);

    [UnixFact("Windows has no such device.")]
    public void A_device_without_an_end_is_one()
    {
        const string device = "/dev/zero";
        Assert.Contains("larger than 4 MiB", Error(() => KubeConfigs.Load(device)), StringComparison.Ordinal);
        Assert.Contains("larger than 4 MiB", Error(() => KubeConfigs.Of($"{{server: https://h, certificate-authority: {device}}}")), StringComparison.Ordinal);
        Assert.Contains("larger than 4 MiB", Error(() => KubeConfigs.Of("{server: https://h}", $"{{client-certificate-data: YWJj, client-key: {device}}}")), StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_is_read_too()
    {
        var configuration = KubeConfigs.Parse("""
            {
            	"apiVersion":"v1","kind":"Config","current-context":"prod",
            	"clusters":[{"name":"c1","cluster":{"server":"https:\/\/h:6443","insecure-skip-tls-verify":true}}],
            	"contexts":[{"name":"prod","context":{"cluster":"c1","user":"u1"}}],
            	"users":[{"name":"u1","user":{"token":"t\u002d1"}}]
            }
            """);
        Assert.Equal(("https://h:6443/", true, "t-1"), (configuration.Server.AbsoluteUri, configuration.InsecureSkipTlsVerify, configuration.Token));
    }

    [Fact]
    public void Anchors_merges_odd_quoting_and_unknown_fields_are_read_as_YAML_says()
    {
        var configuration = KubeConfigs.Parse("""
            %YAML 1.2
            ---
            x-defaults: &defaults {tls-server-name: "na\
              me", server: 'https://merged'}
            preferences: {colors: true}
            "current-context": >-
              prod
            clusters:
              - name: 'c1'
                cluster:
                  <<: [*defaults, {server: https://not-this}]
                  extensions: [{name: e, extension: {last-update: 2020-01-01}}]
                  disable-compression: yes
            contexts:
              - {"context":{"cluster":"c1","user":"u1","namespace":~},"name":"prod"}
            users:
              - name: u1
                user:
                  token: |-
                    12345
            ...
            """);
        Assert.Equal(("merged", "name", "default", "12345"), (configuration.Server.Host, configuration.TlsServerName, configuration.Namespace, configuration.Token));
        Assert.True(configuration.DisableCompression);
    }

    internal static string Error(Func<ClusterConfiguration> load) => Assert.ThrowsAny<ClusterConfigurationException>(load).Message;
}
