using EventRecording.Cluster;

namespace EventRecording.Sandbox;

/// <summary>Plays a day of three operators on a cluster and shows what a person sees of it.</summary>
internal sealed class DemoCommand : ICommand
{
    private static readonly TimeSpan DayBegan = TimeSpan.FromMinutes(8);

    public string Name => "demo";

    public string Summary => "Plays an operator's day on a sandbox, or on a cluster, and shows its events.";

    public string Help => """
        Usage: demo [--keep]
               demo --kubeconfig FILE [--context NAME] [--keep]

          --keep             leave everything as it is: a sandbox goes on until Ctrl+C and prints its kubeconfig,
                             on a cluster nothing is removed
          --kubeconfig FILE  play on this cluster, in a namespace of its own, and remove it again
          --context NAME     context of that file; the current one by default
        """;

    public async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        var arguments = new Arguments(args, ["--kubeconfig", "--context"], ["--keep"]);
        if (arguments["--kubeconfig"] is { } file)
            await PlayOnClusterAsync(file, arguments["--context"], arguments.Has("--keep"), output).ConfigureAwait(false);
        else if (arguments.Has("--context"))
            throw new CommandLineException("--context goes with --kubeconfig.");
        else
            await PlayOnSandboxAsync(arguments.Has("--keep"), output).ConfigureAwait(false);
        return 0;
    }

    private static async Task PlayOnSandboxAsync(bool keep, TextWriter output)
    {
        using var sandbox = KubernetesSandbox.Start();
        await output.WriteLineAsync($"A sandbox serves on {sandbox.Address}").ConfigureAwait(false);
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = sandbox.Address, Origin = "the sandbox of the demo" });
        await PlayAsync(connection, "demo", output).ConfigureAwait(false);
        if (!keep)
            return;
        await output.WriteLineAsync($"\nThe sandbox goes on until Ctrl+C. This is its kubeconfig:\n\n{sandbox.Kubeconfig}").ConfigureAwait(false);
        await Interruption.WaitAsync().ConfigureAwait(false);
    }

    private static async Task PlayOnClusterAsync(string file, string? context, bool keep, TextWriter output)
    {
        using var connection = new ClusterConnection(KubeConfigLoader.Load(file, context), new ClusterConnectionOptions { PluginOutput = Console.Error.WriteLine });
        await output.WriteLineAsync($"The cluster is {connection.Configuration}").ConfigureAwait(false);
        var ns = $"eventrecording-demo-{Random.Shared.Next(0x10000):x4}";
        var cluster = await PlayAsync(connection, ns, output).ConfigureAwait(false);
        if (keep)
            await output.WriteLineAsync($"\nTo remove it: kubectl delete namespace {ns}").ConfigureAwait(false);
        else
            await cluster.RemoveAsync().ConfigureAwait(false);
    }

    private static async Task<DemoCluster> PlayAsync(ClusterConnection connection, string ns, TextWriter output)
    {
        var cluster = new DemoCluster(connection, ns);
        var objects = await cluster.CreateAsync().ConfigureAwait(false);
        var clock = new DemoClock(DayBegan);
        var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { TimeProvider = clock });
        await using var disposal = broadcaster.ConfigureAwait(false);
        await new OperatorDay(broadcaster, clock, objects).PlayAsync().ConfigureAwait(false);
        await broadcaster.FlushAsync().ConfigureAwait(false);

        var report = new DemoReport(new EventReader(new ClusterEventSource(connection)), output, TimeProvider.System);
        await report.PrintAsync(ns, objects.Values).ConfigureAwait(false);
        await output.WriteLineAsync($"\n{broadcaster.Statistics}").ConfigureAwait(false);
        return cluster;
    }
}
