using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public sealed class KubeConfigurationLoaderTests
{
    [Theory]
    [InlineData("HTTPS_PROXY")]
    [InlineData("https_proxy")]
    [InlineData("HTTP_PROXY")]
    [InlineData("http_proxy")]
    [InlineData("NO_PROXY")]
    [InlineData("no_proxy")]
    public void Another_proxy_in_the_environment_is_another_configuration_and_its_password_is_not_shown(string variable)
    {
        var variables = new Dictionary<string, string?>();
        var loader = new KubeConfigurationLoader(variables.GetValueOrDefault);
        var selection = new ClusterSelection(Path.GetFullPath("none"), null);
        var before = loader.Stamp(selection);

        variables[variable] = "http://jane:secret@proxy:3128";
        var with = loader.Stamp(selection);
        variables.Clear();

        Assert.NotEqual(before, with);
        Assert.Equal(before.Files, with.Files);
        Assert.DoesNotContain("secret", with.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, loader.Stamp(selection));
    }
}
