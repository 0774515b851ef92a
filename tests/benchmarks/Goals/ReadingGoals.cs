namespace EventRecording.Benchmarks;

/// <summary>What reading a list costs at the default settings of the runtime. Each run is a process of its own; they take turns.</summary>
internal static class ReadingGoals
{
    private const int Count = 80_000;
    private const int Rounds = 7;

    public static void Print()
    {
        using var server = new ServerProcess("serve", $"{Count}", "0");
        var tuned = ListBenchmarks.Tuned();
        var ours = ListBenchmarks.WithDefaultSettings("");
        var library = ListBenchmarks.Library(server.Address);
        var cmdlet = ListBenchmarks.Cmdlet("-AllNamespaces");
        var kubectl = ListBenchmarks.Kubectl("-A");
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var program in new[] { tuned, ours, library, cmdlet, kubectl })
                program.Run(server.Kubeconfig);
        }

        Console.WriteLine(ours.Row(Of("default settings: processor time to the tuned program", 1.15), tuned, run => run.Processor, "s"));
        Console.WriteLine(ours.Row(Of("processor time to KubernetesClient", 0.6), library, run => run.Processor, "s"));
        Console.WriteLine(ours.Row(Of("most memory to KubernetesClient", 0.6), library, run => run.Megabytes, "MB"));
        Console.WriteLine(cmdlet.Row(Of("`Get-KubeEvent -Unsorted`: processor time to `kubectl events`", 0.7), kubectl, run => run.Processor, "s"));

        static Goal Of(string what, double bound) => new($"{Count:N0} listed, {what}", bound);
    }
}
