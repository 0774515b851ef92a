using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Kubeconfig;

/// <summary>The policy for exec plugins of the user's preferences for kubectl.</summary>
public sealed class KubercTests : IDisposable
{
    private const string Head = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", null)]
    [InlineData("credentialPluginPolicy: AllowAll", null)]
    [InlineData("credentialPluginPolicy: DenyAll", "")]
    [InlineData("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: get-identity}, {command: /usr/local/bin/login}]", "get-identity,/usr/local/bin/login")]
    [InlineData("aliases: [{name: getn, command: get}]", null)]
    public void It_says_which_plugins_may_start(string text, string? allowed) =>
        Assert.Equal(allowed, Kuberc.Parse("/home/me/.kube/kuberc", Head + text) is { } policy ? string.Join(',', policy.Allowed) : null);

    [Theory]
    [InlineData("credentialPluginPolicy: Some", "must be AllowAll, DenyAll or Allowlist")]
    [InlineData("credentialPluginPolicy: Allowlist", "is missing or empty")]
    [InlineData("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []", "is missing or empty")]
    [InlineData("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{}]", "must have a name")]
    [InlineData("credentialPluginPolicy: DenyAll\ncredentialPluginAllowlist: [{name: a}]", "must not be there")]
    [InlineData("credentialPluginAllowlist: [{name: a}]", "must not be there")]
    public void What_contradicts_itself_allows_nothing(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ClusterConfigurationException>(() => Kuberc.Parse("/home/me/.kube/kuberc", Head + text)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_no_kuberc_allows_nothing() =>
        Assert.Contains("this is no kuberc", Assert.Throws<ClusterConfigurationException>(() => Kuberc.Parse("f", "kind: Config")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("login", "/usr/bin/login", "login", true)]
    [InlineData("login", "/usr/bin/login", "/usr/bin/login", true)]
    [InlineData("/usr/bin/login", "/usr/bin/login", "login", true)]
    [InlineData("/home/me/login", "/home/me/login", "login", false)]
    [InlineData("login", "/usr/bin/login", "/opt/login", false)]
    [InlineData("login", "/usr/bin/login", "log*", false)]
    public void A_name_allows_the_program_that_PATH_has_and_a_path_that_one_alone(string command, string program, string entry, bool expected) =>
        Assert.Equal(expected, new ExecPluginPolicy([entry], "kuberc").Allows(command, program, name => name == "login" ? "/usr/bin/login" : name, isWindows: false));

    [Fact]
    public async Task A_plugin_that_it_does_not_allow_is_not_started()
    {
        var file = _folder.Write("config", KubeConfigs.Document("{server: 'https://c1.example.com'}", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: dotnet, args: [no-such.dll], interactiveMode: Never}}"));
        var kuberc = _folder.Write("kuberc", Head + "credentialPluginPolicy: DenyAll");
        using var handler = new FakeHandler();
        using var connection = Clusters.Over(handler, KubeConfigs.Load(file, variables: new() { ["KUBERC"] = kuberc }));

        var error = await Assert.ThrowsAsync<ExecPluginRefusedException>(() => connection.RequestAsync(HttpMethod.Get, "/"));

        Assert.Equal($"The exec plugin dotnet of context 'prod' of {file} is not allowed to start: the credentialPluginPolicy of {kuberc} is DenyAll.", error.Message);
        Assert.Equal((true, false), (error.WasNotSent, error.IsTransient));
    }

    [Fact]
    public void A_kuberc_that_is_named_and_missing_is_an_error_where_a_plugin_would_run_and_only_there()
    {
        var variables = new Dictionary<string, string> { ["KUBERC"] = _folder.File("gone") };
        var plugin = _folder.Write("config", KubeConfigs.Document("{server: 'https://c1.example.com'}", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never}}"));
        var token = _folder.Write("other", KubeConfigs.Document("{server: 'https://c1.example.com'}", "{token: t}"));

        Assert.Contains("cannot be read", Assert.Throws<ClusterConfigurationException>(() => KubeConfigs.Load(plugin, variables: variables)).Message, StringComparison.Ordinal);
        Assert.Equal("t", KubeConfigs.Load(token, variables: variables).Token);
    }
}
