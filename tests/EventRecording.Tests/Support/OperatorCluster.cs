using EventRecording.Cluster;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Support;

/// <summary>A sandbox with what the sample reconciles.</summary>
internal sealed class OperatorCluster : IDisposable
{
    private readonly KubernetesSandbox _sandbox = KubernetesSandbox.Start();
    private readonly TempFolder _folder = new();

    public OperatorCluster()
    {
        _sandbox.Put(SandboxClient.RedisDefinition);
        Put("grows", replicas: 3);
        Put("is-too-large", replicas: 9);
        Put("stays", replicas: 0);
    }

    public async Task RunAsync(params string[] arguments) => await Programs.RunAsync(
        "dotnet", arguments, new Dictionary<string, string> { ["KUBECONFIG"] = _folder.Write("config", _sandbox.Kubeconfig) });

    /// <summary>After two rounds.</summary>
    public async Task AssertEventsAsync()
    {
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = _sandbox.Address! });
        var events = await new EventReader(new ClusterEventSource(connection)).ListSortedAsync(new EventQuery());
        Assert.Equal(
            [
                "Normal ScaledUp Redis/grows (x1): replicas: 0 -> 3",
                "Warning ScalingRefused Redis/is-too-large (x2): 9 replicas are more than the 5 that are allowed",
            ],
            events.Select(it => $"{it.Type} {it.Reason} {it.InvolvedObject.Kind}/{it.InvolvedObject.Name} (x{it.Count}): {it.Message}").Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _sandbox.Dispose();
        _folder.Dispose();
    }

    private void Put(string name, int replicas) => _sandbox.Put(
        $$"""{ "apiVersion": "cache.example.com/v1", "kind": "Redis", "metadata": { "name": "{{name}}", "namespace": "default" }, "spec": { "replicas": {{replicas}} } }""");
}
