using System.Diagnostics;
using EventRecording.Cluster;

namespace EventRecording.Benchmarks;

/// <summary>What a list of a real server costs, which kubectl reads as protobuf. The events are in a namespace of their own, which is made and deleted.</summary>
internal static class ServerReadingGoals
{
    private const int Count = 80_000;
    private const int Rounds = 5;

    /// <param name="kubeconfig">The server; a sandbox has no protobuf.</param>
    public static async Task PrintAsync(string? kubeconfig)
    {
        var (processor, memory, cmdlet) = (Of("processor time to KubernetesClient", 0.6), Of("most memory to KubernetesClient", 0.6), Of("`Get-KubeEvent -Unsorted`: processor time to `kubectl events`", 0.7));
        if ((kubeconfig is null ? "no kubeconfig of a real server was given" : Programs.Missing("kubectl")) is { } missing)
        {
            foreach (var goal in new[] { processor, memory, cmdlet })
                Console.WriteLine(goal.Row(null, missing));
            return;
        }

        var @namespace = $"goals-{Guid.NewGuid():N}"[..18];
        await KubectlAsync(kubeconfig!, "create", "namespace", @namespace);
        try
        {
            await WriteClients.RecordAsync(
                WriteClients.Redises(Count, @namespace),
                "replicas set to 3: the stateful set was rolled out, its pods are ready, and clients were told of the new primary",
                KubeConfigLoader.Load(kubeconfig!));
            var (ours, library) = (ListBenchmarks.WithDefaultSettings(@namespace), ListBenchmarks.Library(@namespace));
            var (get, kubectl) = (ListBenchmarks.Cmdlet($"-Namespace {@namespace}"), ListBenchmarks.Kubectl($"-n {@namespace}"));
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var program in new[] { ours, library, get, kubectl })
                    program.Run(kubeconfig!);
            }

            Console.WriteLine(ours.Row(processor, library, run => run.Processor, "s"));
            Console.WriteLine(ours.Row(memory, library, run => run.Megabytes, "MB"));
            Console.WriteLine(get.Row(cmdlet, kubectl, run => run.Processor, "s"));
        }
        finally
        {
            await KubectlAsync(kubeconfig!, "delete", "namespace", @namespace, "--wait=false");
        }
    }

    private static Goal Of(string what, double bound) => new($"{Count:N0} of a real server listed, {what}", bound);

    private static Task<string> KubectlAsync(string kubeconfig, params string[] arguments) =>
        Programs.ReadAsync(new ProcessStartInfo("kubectl", ["--kubeconfig", kubeconfig, .. arguments]));
}
