using System.Collections;
using System.Diagnostics;
using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void That_no_cluster_is_configured_is_told_with_what_can_be_done_at_the_prompt(bool isOpened)
    {
        using var folder = new TempFolder();
        var loader = new KubeConfigurationLoader();
        var selection = new ClusterSelection(folder.Write("empty", ""), null);
        var error = Assert.Throws<ClusterConfigurationException>(() => isOpened ? loader.Open(selection)(null) : loader.Load(selection));
        Assert.StartsWith("No cluster is configured: ", error.Message, StringComparison.Ordinal);
        foreach (var way in new[] { "KUBECONFIG", "-Kubeconfig", "Start-KubeEventSandbox" })
            Assert.Contains(way, error.Message, StringComparison.Ordinal);
    }

    [UnixFact("On Windows not everybody may make a link.")]
    public void Behind_a_link_the_file_is_what_changes()
    {
        using var folder = new TempFolder();
        var real = folder.Write("real", "a: 1");
        var link = folder.File("link");
        File.CreateSymbolicLink(link, "real");
        AssertChanges(link, () => File.WriteAllText(real, "a: 12"));
        AssertChanges(link, () => File.SetLastWriteTimeUtc(real, SampleEvents.Noon.UtcDateTime));

        // As the kubelet replaces the files of a Secret.
        folder.Write("..1/config", "a: 1");
        folder.Write("..2/config", "a: 12");
        Directory.CreateSymbolicLink(folder.File("..data"), "..1");
        File.CreateSymbolicLink(folder.File("config"), "..data/config");
        AssertChanges(folder.File("config"), () => PutLink("..data", "..2"));

        // As package managers do, with files that are alike but for their content.
        foreach (var name in new[] { "one", "two" })
            File.SetLastWriteTimeUtc(folder.Write(name, $"a: {name}"), DateTime.UnixEpoch);
        File.CreateSymbolicLink(folder.File("current"), "one");
        AssertChanges(folder.File("current"), () => PutLink("current", "two"));

        void PutLink(string name, string target)
        {
            File.Delete(folder.File(name));
            File.CreateSymbolicLink(folder.File(name), target);
        }
    }

    [Fact]
    public void Another_file_of_the_same_length_and_time_is_another_configuration()
    {
        using var folder = new TempFolder();
        File.SetLastWriteTimeUtc(folder.Write("config", "server: prod"), DateTime.UnixEpoch);
        File.SetLastWriteTimeUtc(folder.Write("other", "server: stag"), DateTime.UnixEpoch);
        AssertChanges(folder.File("config"), () => File.Copy(folder.File("other"), folder.File("config"), overwrite: true));
        AssertChanges(folder.File("config"), () =>
        {
            File.WriteAllText(folder.File("config"), "server: test");
            File.SetLastWriteTimeUtc(folder.File("config"), DateTime.UnixEpoch);
        });
    }

    [UnixFact("On Windows not everybody may make a link.")]
    public void Behind_a_directory_that_is_a_link_the_file_is_what_changes()
    {
        using var folder = new TempFolder();
        foreach (var name in new[] { "prod", "stag" })
            File.SetLastWriteTimeUtc(folder.Write($"{name}/config", $"server: {name}"), DateTime.UnixEpoch);
        Directory.CreateSymbolicLink(folder.File("current"), "prod");
        AssertChanges(folder.File("current/config"), () =>
        {
            File.Delete(folder.File("current"));
            Directory.CreateSymbolicLink(folder.File("current"), "stag");
        });
    }

    [UnixFact("Windows has no such files.")]
    public async Task A_pipe_is_left_to_whoever_reads_the_configuration()
    {
        using var folder = new TempFolder();
        using var making = Process.Start("mkfifo", folder.File("pipe"));
        await making.WaitForExitAsync();
        // Opening it would wait for somebody who writes.
        var stamp = Task.Run(() => new KubeConfigurationLoader().Stamp(new ClusterSelection(folder.File("pipe"), null)));
        Assert.Contains("pipe", (await stamp.WaitAsync(TimeSpan.FromSeconds(10))).Files, StringComparison.Ordinal);
    }

    [UnixFact("On Windows not everybody may make a link.")]
    public void A_link_to_nothing_or_to_itself_is_a_file_that_is_not_there_or_cannot_be_read()
    {
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.File("link"), "none");
        File.CreateSymbolicLink(folder.File("loop"), "loop");
        AssertChanges(folder.File("link"), () => folder.Write("none", "a: 1"));
        AssertChanges(folder.File("loop"), () => File.Delete(folder.File("loop")));
    }

    [Fact]
    public void Another_environment_of_a_plugin_is_told_apart_and_none_of_it_is_shown()
    {
        var variables = new Hashtable { ["AWS_PROFILE"] = "dev", ["PATH"] = "/bin" };
        var loader = new KubeConfigurationLoader(variables: () => new Hashtable(variables));
        var dev = loader.PluginEnvironment;
        Assert.DoesNotContain("dev", dev, StringComparison.Ordinal);

        variables["AWS_PROFILE"] = "prod";
        Assert.NotEqual(dev, loader.PluginEnvironment);
        variables.Remove("AWS_PROFILE");
        Assert.NotEqual(dev, loader.PluginEnvironment);
        variables.Remove("PATH");
        (variables["PATH"], variables["AWS_PROFILE"]) = ("/bin", "dev");
        Assert.Equal(dev, loader.PluginEnvironment);
    }

    [Theory]
    [InlineData("_")]
    [InlineData("PWD")]
    [InlineData("OLDPWD")]
    [InlineData("SHLVL")]
    [InlineData("COLUMNS")]
    [InlineData("LINES")]
    [InlineData("POSH_CURSOR_LINE")]
    [InlineData("__MISE_SESSION")]
    public void What_a_shell_sets_at_each_prompt_is_no_other_environment(string variable)
    {
        var variables = new Hashtable { ["AWS_PROFILE"] = "dev" };
        var loader = new KubeConfigurationLoader(variables: () => new Hashtable(variables));
        var before = loader.PluginEnvironment;
        variables[variable] = "1";
        Assert.Equal(before, loader.PluginEnvironment);
    }

    private static void AssertChanges(string path, Action change)
    {
        var (loader, selection) = (new KubeConfigurationLoader(), new ClusterSelection(path, null));
        var before = loader.Stamp(selection);
        Assert.Equal(before, loader.Stamp(selection));
        change();
        Assert.NotEqual(before, loader.Stamp(selection));
    }
}
