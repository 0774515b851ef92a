using EventRecording.Cluster;

namespace EventRecording.Benchmarks;

/// <summary>The first second of a script: what is compiled and how long it takes until its first command is done. Each run is a process of its own; they take turns.</summary>
internal static class FirstCommandGoals
{
    private const int Rounds = 9;

    // Every cluster has it, and nearly no events in it.
    private const string Namespace = "kube-public";

    private const string Event = $$"""
        {
          "apiVersion": "v1", "kind": "Event", "metadata": { "generateName": "measured.", "namespace": "{{Namespace}}" },
          "involvedObject": { "apiVersion": "v1", "kind": "ConfigMap", "namespace": "{{Namespace}}", "name": "measured" },
          "type": "Normal", "reason": "Measured", "message": "one of many", "source": { "component": "benchmarks" }
        }
        """;

    /// <param name="kubeconfig">A server to measure against; by default a sandbox behind TLS and HTTP/2.</param>
    public static async Task PrintAsync(string? kubeconfig)
    {
        using var server = ServerProcess.UnlessGiven(ref kubeconfig);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Event);
        FirstCommand[] commands =
        [
            new("Write-KubeEvent -For ns/default -Reason Measured -Message 'the first of this process'", "create", "-f", file),
            new($"Get-KubeEvent -Namespace {Namespace}", "events", "-n", Namespace),
        ];
        // The first round reads files that no cache holds yet.
        for (var round = 0; round <= Rounds; round++)
        {
            await RecordAsync(kubeconfig);
            foreach (var command in commands)
                await command.RunAsync(kubeconfig, isCounted: round > 0);
        }

        foreach (var command in commands)
        {
            await RecordAsync(kubeconfig);
            command.Print(kubeconfig);
        }

        File.Delete(file);
    }

    // Something to read, which a sandbox forgets after a while.
    private static async Task RecordAsync(string kubeconfig)
    {
        using var connection = new ClusterConnection(KubeConfigLoader.Load(kubeconfig));
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection));
        await broadcaster.NewRecorder("benchmarks").RecordAsync(new Occurrence
        {
            Regarding = new ObjectReference { ApiVersion = "v1", Kind = "ConfigMap", Namespace = Namespace, Name = "measured" },
            Type = EventType.Normal,
            Reason = "Measured",
            Message = "one to read",
        });
    }
}
