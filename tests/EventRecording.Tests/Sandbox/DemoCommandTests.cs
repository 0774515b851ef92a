using EventRecording.Sandbox;

namespace EventRecording.Tests.Sandbox;

public class DemoCommandTests
{
    [Fact]
    public async Task The_demo_shows_what_kubectl_would_show()
    {
        var lines = await RunAsync("demo");

        Assert.Contains(lines, line => line.StartsWith("LAST SEEN", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("扩容", StringComparison.Ordinal) && line.Contains("(x5 over ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("缩容", StringComparison.Ordinal) && line.Contains("(x5 over ", StringComparison.Ordinal));
        foreach (var reason in (string[])["DeploymentSynced", "ServiceSynced", "IngressSynced", "CreatePodFailed", "BackupCompleted", "Unreachable", "QuotaChecked"])
            Assert.Contains(lines, line => line.Contains(reason, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("0 failed", StringComparison.Ordinal) && line.Contains("0 pending", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_phase_is_reported_only_when_it_changes()
    {
        var lines = await RunAsync("demo");

        // Once in the table of all events, once in the description of the object.
        Assert.Equal(2 * 3, lines.Count(line => line.Contains("PhaseChanged", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task On_a_cluster_the_demo_removes_what_it_created()
    {
        await using var cluster = KubernetesSandbox.Start();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, cluster.Kubeconfig);
        try
        {
            var lines = await RunAsync("demo", "--kubeconfig", file);

            Assert.Contains(lines, line => line.Contains("(x5 over ", StringComparison.Ordinal));
            Assert.Equal(3, cluster.Count("delete", "customresourcedefinitions"));
            Assert.Equal(1, cluster.Count("delete", "namespaces"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_context_without_a_kubeconfig_is_an_error()
    {
        var error = new StringWriter();

        Assert.Equal(2, await CommandLine.RunAsync(["demo", "--context", "prod"], TextWriter.Null, error));
        Assert.Contains("--context goes with --kubeconfig", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string[]> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, await CommandLine.RunAsync(args, output, error));
        Assert.Equal("", error.ToString());
        return output.ToString().Split('\n', StringSplitOptions.TrimEntries);
    }
}
