using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Kubeconfig;

public class YamlReaderTests
{
    [Theory]
    [InlineData("a: b\n c: d\n", 2)]
    [InlineData("a: [1, 2\nb: c\n", 1)]
    [InlineData("a: \"x\n", 1)]
    [InlineData("a: *none\n", 1)]
    [InlineData("{\"a\": }}", 1)]
    public void Broken_YAML_is_an_error_with_file_line_and_column(string text, int line)
    {
        var error = Assert.Throws<ClusterConfigurationException>(() => YamlReader.Read("config", text));
        Assert.Matches($@"^config:[{line}{line + 1}]:\d+: ", error.Message);
    }

    [Theory]
    [InlineData("clusters:\n- name: a\ncontexts:\n- name: c\n  context:\n\tcluster: a\n", "6:1")]
    [InlineData("a: 1\nb: \"x\nc: d\n", "2:4")]
    public void The_place_is_that_of_the_mistake_and_not_of_what_it_stands_in(string text, string place)
    {
        var error = Assert.Throws<ClusterConfigurationException>(() => YamlReader.Read("config", text));
        Assert.StartsWith($"config:{place}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_limited_before_the_stack_is()
    {
        foreach (var text in new[] { new string('[', 100_000), string.Concat(Enumerable.Repeat("{a: ", 100_000)), string.Concat(Enumerable.Repeat("- ", 100_000)) })
            Assert.Throws<ClusterConfigurationException>(() => YamlReader.Read("config", text));
    }

    [Fact]
    public void Aliases_are_never_expanded()
    {
        var text = new StringBuilder("a0: &a0 [x, x]\n");
        for (var i = 1; i < 60; i++)
            text.Append(null, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        text.Append(KubeConfigs.Simple);
        Assert.Equal("prod", KubeConfigs.Parse(text.ToString()).ContextName);
    }

    [Fact]
    public void An_expanded_value_is_limited()
    {
        var text = new StringBuilder("a0: &a0 [x, x]\n");
        for (var i = 1; i < 40; i++)
            text.Append(null, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        text.Append(KubeConfigs.Document(
            "{server: https://h, extensions: [{name: client.authentication.k8s.io/exec, extension: *a39}]}",
            "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x}}"));
        var error = Assert.Throws<ClusterConfigurationException>(() => KubeConfigs.Parse(text.ToString()));
        Assert.Contains("too large, or contains itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mappings_that_are_merged_one_into_the_other_without_end_are_refused()
    {
        var text = new StringBuilder("x: [&a0 {server: https://h}");
        for (var i = 1; i <= 50_000; i++)
            text.Append(null, $",&a{i} {{<<: *a{i - 1}}}");
        text.Append("]\ncurrent-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: *a50000}]\n");
        var error = Assert.Throws<ClusterConfigurationException>(() => KubeConfigs.Parse(text.ToString()));
        Assert.Contains("more mappings are merged here than in any kubeconfig (500)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_contains_itself_ends()
    {
        Assert.Equal("prod", KubeConfigs.Parse("x: &x {<<: *x, y: *x}\n" + KubeConfigs.Simple).ContextName);
    }
}
