using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

public sealed class KilledProcessTests : IDisposable
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("EVENTRECORDING_KILLS"), out var number) ? number : 3;
    private readonly TempFolder _folder = new();
    private readonly int _seed = Random.Shared.Next();
    private readonly Dictionary<string, int> _tried = [];
    private readonly Dictionary<string, int> _acknowledged = [];
    private int _spooled;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_killed_processes_acknowledged_is_on_the_server_exactly_once()
    {
        var random = new Random(_seed);
        await using var sandbox = KubernetesSandbox.Start();
        Break(sandbox);
        for (var round = 0; round < Rounds; round++)
        {
            using var one = RecorderProcess.UntilKilled(sandbox.Address, _folder.File("spool"), $"{round}a");
            using var other = RecorderProcess.UntilKilled(sandbox.Address, _folder.File("spool"), $"{round}b");
            var killed = Task.WhenAll(one.KillAfterAsync(random.Next(1, 200)), other.KillAfterAsync(random.Next(1, 200)));
            foreach (var (kind, message) in (await killed).SelectMany(said => said))
                Count(kind, message);
        }

        Assert.True(_spooled > 0, $"seed {_seed}: nothing was kept in the spool, so nothing was tested");
        sandbox.Faults.Clear();
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = sandbox.Address, UserName = "recorder" });
        await SendTheRestAsync(connection);

        var events = await new EventReader(new ClusterEventSource(connection)).ListSortedAsync(new EventQuery { Namespaces = ["default"] });
        var counts = events.GroupBy(kubeEvent => kubeEvent.Message!).ToDictionary(group => group.Key, group => group.Sum(kubeEvent => kubeEvent.Count));
        Assert.All(counts.Keys, message => Assert.Contains(message, _tried));
        Assert.All(_tried.Keys, message => Assert.True(
            counts.GetValueOrDefault(message) >= _acknowledged.GetValueOrDefault(message) && counts.GetValueOrDefault(message) <= _tried[message],
            $"seed {_seed}: {message}: {_acknowledged.GetValueOrDefault(message)} acknowledged, {counts.GetValueOrDefault(message)} on the server, {_tried[message]} tried"));
    }

    private static void Break(KubernetesSandbox sandbox) => sandbox.Faults
        .Sometimes(0.10, 1, Fault.LoseAnswer())
        .Sometimes(0.05, 2, Fault.LoseAnswerByReset())
        .Sometimes(0.10, 3, Fault.Reset())
        .Sometimes(0.02, 4, Fault.HangAfterApplying())
        .Sometimes(0.02, 5, Fault.Hang())
        .Sometimes(0.10, 6, Fault.Status(503, "ServiceUnavailable", "etcd has no leader"));

    // Every occurrence was tried before it can be on the server; what is kept in the spool is as good as written.
    private void Count(string kind, string message)
    {
        var counts = kind == "Tried" ? _tried : _acknowledged;
        Assert.True(kind is "Tried" or "Created" or "Counted" or "Spooled", $"seed {_seed}: {kind} {message}");
        _spooled += kind == "Spooled" ? 1 : 0;
        counts[message] = counts.GetValueOrDefault(message) + 1;
    }

    private async Task SendTheRestAsync(ClusterConnection connection)
    {
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { Spool = ClusterSpool.For(connection, _folder.File("spool")) });
        var flushed = await broadcaster.FlushAsync();
        Assert.True(flushed.IsComplete, $"seed {_seed}: {broadcaster.Statistics}, {flushed.Spooled} left");
        Assert.Empty(Directory.GetFiles(_folder.File("spool"), "*.json"));
    }
}
