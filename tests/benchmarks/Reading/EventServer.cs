using System.Globalization;
using EventRecording.Sandbox;

namespace EventRecording.Benchmarks;

/// <summary>A sandbox in a process of its own that is full of events, each about as large as on a real server: 1.1 kB.</summary>
internal static class EventServer
{
    private const string Namespace = "bench";
    private const int PageSize = 500;

    /// <summary>Serves until standard input ends. Prints its address, then the kubeconfig, then an empty line.</summary>
    /// <param name="count">How many events.</param>
    /// <param name="latency">How long the server takes for 500 events of a list.</param>
    public static async Task RunAsync(int count, TimeSpan latency)
    {
        await using var sandbox = KubernetesSandbox.Start(new SandboxOptions { RequestLogLimit = 0, EventTimeToLive = null, HistoryLimit = 10 });
        sandbox.CreateNamespace(Namespace);
        for (var number = 0; number < count; number++)
            sandbox.Put(Event(number));
        // Clients ask for pages of different sizes.
        foreach (var pages in latency > TimeSpan.Zero ? new[] { 1, 2, 4 } : [])
            sandbox.Faults.Always(Fault.Delay(pages * latency), request => request.Verb == "list" && request.Query("limit") == $"{pages * PageSize}");
        Console.WriteLine(sandbox.Address);
        Console.WriteLine(sandbox.Kubeconfig);
        Console.WriteLine();
        await Console.In.ReadToEndAsync();
    }

    public static string Event(int number) => string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "apiVersion": "v1", "kind": "Event",
          "metadata": {
            "name": "my-op-redis-{{number % 4000:D4}}.{{number:x16}}", "namespace": "{{Namespace}}",
            "annotations": { "redis.example.com/revision": "{{number}}", "redis.example.com/plan": "3 replicas, 2 sentinels, 1 exporter, 4 GiB of memory" }
          },
          "involvedObject": {
            "apiVersion": "cache.example.com/v1", "kind": "Redis", "namespace": "{{Namespace}}", "name": "my-op-redis-{{number % 4000:D4}}",
            "uid": "b2c3d4e5-0000-4000-8000-{{number % 4000:x12}}", "resourceVersion": "{{100_000 + number}}"
          },
          "type": "{{(number % 5 == 0 ? "Warning" : "Normal")}}", "reason": "{{Reasons[number % Reasons.Length]}}",
          "message": "replicas of my-op-redis-{{number % 4000:D4}} set to {{number % 7}}: the stateful set was rolled out in {{number % 600}} s, its pods are ready, and clients were told of the new primary at 10.0.{{number % 256}}.{{number / 256 % 256}}:6379 through the sentinel service of the namespace",
          "source": { "component": "redis-operator", "host": "node-{{number % 40}}" },
          "reportingComponent": "redis-operator", "reportingInstance": "redis-operator-7d9f8b6c5-{{number % 3}}x2kq",
          "count": {{1 + (number % 30)}}, "firstTimestamp": "2026-11-20T11:{{number % 60:D2}}:00Z", "lastTimestamp": "2026-11-20T12:{{number % 60:D2}}:30Z"
        }
        """);

    private static readonly string[] Reasons = ["ScaledUp", "ScaledDown", "FailoverCompleted", "BackupCompleted", "BackupFailed", "ConfigChanged", "CreatePodFailed"];
}
