using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

public sealed class InClusterConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new() { ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1", ["KUBERNETES_SERVICE_PORT"] = "443" };

    public InClusterConfigurationTests()
    {
        _folder.Write("token", "t");
        _folder.Write("ca.crt", "authority");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("10.96.0.1", "https://10.96.0.1/")]
    [InlineData("fd00::1", "https://[fd00::1]/")]
    public void A_pod_finds_its_server_its_authority_and_its_token(string host, string expected)
    {
        _variables["KUBERNETES_SERVICE_HOST"] = host;
        var configuration = Load();
        Assert.Equal(expected, configuration.Server.AbsoluteUri);
        Assert.Equal("authority"u8.ToArray(), configuration.CertificateAuthority.ToArray());
        Assert.Equal(_folder.File("token"), configuration.TokenFile);
        Assert.Equal(("default", $"the service account in {_folder.Path}"), (configuration.Namespace, configuration.Origin));
    }

    [Fact]
    public void The_namespace_is_that_of_the_pod()
    {
        _folder.Write("namespace", "wire\n");
        Assert.Equal("wire", Load().Namespace);
        _variables["POD_NAMESPACE"] = "given";
        Assert.Equal("given", Load().Namespace);
    }

    [Fact]
    public void Without_the_variables_or_the_token_it_is_no_pod()
    {
        Assert.Null(InClusterConfiguration.WhyNotIn(_folder.Path, _variables.GetValueOrDefault));
        File.Delete(_folder.File("token"));
        Assert.Equal($"this pod has no {_folder.File("token")}: the token of its service account is not mounted (automountServiceAccountToken)", InClusterConfiguration.WhyNotIn(_folder.Path, _variables.GetValueOrDefault));
        Assert.Contains("automountServiceAccountToken", Assert.Throws<ClusterConfigurationException>(Load).Message, StringComparison.Ordinal);
        _folder.Write("token", "t");
        File.Delete(_folder.File("ca.crt"));
        Assert.Contains("kube-root-ca.crt", Assert.Throws<ClusterConfigurationException>(Load).Message, StringComparison.Ordinal);
        _variables.Clear();
        Assert.Equal("this is no pod of a cluster", InClusterConfiguration.WhyNotIn(_folder.Path, _variables.GetValueOrDefault));
        Assert.Contains("KUBERNETES_SERVICE_HOST", Assert.Throws<ClusterConfigurationException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_none_is_an_error()
    {
        _variables["KUBERNETES_SERVICE_PORT"] = "port";
        Assert.Contains("make no address", Assert.Throws<ClusterConfigurationException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_pod_a_context_without_a_namespace_means_that_of_the_pod_as_for_kubectl()
    {
        var environment = new KubeConfigEnvironment { Variable = _variables.GetValueOrDefault, IsWindows = false, FileExists = File.Exists, ServiceAccount = _folder.Path };
        var file = _folder.Write("config", KubeConfigs.Simple);
        string NamespaceOf(string context) => KubeConfigLoader.Load(file, context, environment, () => null).Namespace;
        _folder.Write("namespace", "of-pod\n");
        Assert.Equal(("wire", "of-pod"), (NamespaceOf("prod"), NamespaceOf("test")));
        _variables["POD_NAMESPACE"] = "of-variable";
        Assert.Equal(("wire", "of-variable"), (NamespaceOf("prod"), NamespaceOf("test")));

        _variables.Remove("KUBERNETES_SERVICE_PORT");
        Assert.Equal("default", NamespaceOf("test"));
        _variables["KUBERNETES_SERVICE_PORT"] = "443";
        File.Delete(_folder.File("token"));
        Assert.Equal("default", NamespaceOf("test"));
    }

    private ClusterConfiguration Load() => InClusterConfiguration.Load(_folder.Path, _variables.GetValueOrDefault);
}
