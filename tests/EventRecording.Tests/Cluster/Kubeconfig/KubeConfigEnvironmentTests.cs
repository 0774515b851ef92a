using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Kubeconfig;

public class KubeConfigEnvironmentTests
{
    [Fact]
    public void The_list_is_separated_by_colons_and_on_Windows_by_semicolons()
    {
        Dictionary<string, string> variables = new() { ["KUBECONFIG"] = @"/a:/b::/a" };
        Assert.Equal(["/a", "/b"], KubeConfigs.Environment(variables, isWindows: false).ListedFiles);
        variables["KUBECONFIG"] = @"C:\a;;D:\b";
        Assert.Equal([@"C:\a", @"D:\b"], KubeConfigs.Environment(variables, isWindows: true).ListedFiles);
        Assert.Empty(KubeConfigs.Environment([], isWindows: false).ListedFiles);
    }

    [Fact]
    public void The_default_file_is_in_the_home_directory() =>
        Assert.Equal("/home/me/.kube/config", KubeConfigs.Environment(new() { ["HOME"] = "/home/me" }, isWindows: false, _ => true).DefaultFile);

    [Theory]
    [InlineData(@"C:\Users\me\.kube\config", @"C:\Users\me\.kube\config")]
    [InlineData(@"H:\me\.kube\config", @"H:\me\.kube\config")]
    [InlineData(@"nowhere", @"H:\me\.kube\config")]
    public void On_Windows_the_home_that_has_the_file_is_taken(string existing, string expected)
    {
        Dictionary<string, string> variables = new() { ["USERPROFILE"] = @"C:\Users\me", ["HOMEDRIVE"] = "H:", ["HOMEPATH"] = @"\me" };
        Assert.Equal(expected, KubeConfigs.Environment(variables, isWindows: true, file => file == existing).DefaultFile);
    }
}
