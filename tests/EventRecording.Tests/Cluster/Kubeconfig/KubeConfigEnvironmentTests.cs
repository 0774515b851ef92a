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
        variables["KUBECONFIG"] = @"""C:\a;b"";D:\b";
        Assert.Equal([@"C:\a;b", @"D:\b"], KubeConfigs.Environment(variables, isWindows: true).ListedFiles);
        Assert.Empty(KubeConfigs.Environment([], isWindows: false).ListedFiles);
    }

    [Fact]
    public void A_relative_path_begins_where_the_caller_is()
    {
        var (here, elsewhere) = (Path.GetFullPath("here"), Path.GetFullPath("elsewhere"));
        Dictionary<string, string> variables = new() { ["KUBECONFIG"] = string.Join(Path.PathSeparator, "a", Path.Combine("..", "b"), elsewhere), ["KUBERC"] = "rc" };
        var environment = KubeConfigs.Environment(variables) with { Directory = here };
        Assert.Equal([Path.Combine(here, "a"), Path.GetFullPath("b"), elsewhere], environment.ListedFiles);
        Assert.Equal(Path.Combine(here, "rc"), environment.KubercFile);
    }

    [Theory]
    [InlineData("H:", null, @"C:\Users\me\.kube\config")]
    [InlineData(null, @"\me", @"C:\Users\me\.kube\config")]
    [InlineData("H:", @"\me", @"H:\me\.kube\config")]
    public void On_Windows_a_drive_without_a_path_is_no_home(string? drive, string? path, string expected)
    {
        Dictionary<string, string> variables = new() { ["USERPROFILE"] = @"C:\Users\me" };
        if (drive is not null)
            variables["HOMEDRIVE"] = drive;
        if (path is not null)
            variables["HOMEPATH"] = path;
        Assert.Equal(expected, KubeConfigs.Environment(variables, isWindows: true, _ => true).DefaultFile);
    }

    [Theory]
    [InlineData("off", null, null)]
    [InlineData("/etc/kuberc", null, "/etc/kuberc")]
    [InlineData(null, null, "/home/me/.kube/kuberc")]
    [InlineData(null, "false", null)]
    public void The_kuberc_is_the_one_that_KUBERC_names_or_that_of_the_home(string? kuberc, string? feature, string? expected)
    {
        Dictionary<string, string> variables = new() { ["HOME"] = "/home/me" };
        if (kuberc is not null)
            variables["KUBERC"] = kuberc;
        if (feature is not null)
            variables["KUBECTL_KUBERC"] = feature;
        Assert.Equal(expected, KubeConfigs.Environment(variables, isWindows: false, _ => true).KubercFile);
    }

    [Fact]
    public void The_default_file_is_in_the_home_directory() =>
        Assert.Equal("/home/me/.kube/config", KubeConfigs.Environment(new() { ["HOME"] = "/home/me" }, isWindows: false, _ => true).DefaultFile);

    [Theory]
    [InlineData(@"C:\Users\me\.kube\config", @"C:\Users\me\.kube\config")]
    [InlineData(@"H:\me\.kube\config", @"H:\me\.kube\config")]
    [InlineData(@"nowhere", @"C:\Users\me\.kube\config")]
    public void On_Windows_the_home_that_has_the_file_is_taken(string existing, string expected)
    {
        Dictionary<string, string> variables = new() { ["USERPROFILE"] = @"C:\Users\me", ["HOMEDRIVE"] = "H:", ["HOMEPATH"] = @"\me" };
        Assert.Equal(expected, KubeConfigs.Environment(variables, isWindows: true, file => file == existing).DefaultFile);
    }
}
