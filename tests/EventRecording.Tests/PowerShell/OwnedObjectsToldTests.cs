using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class OwnedObjectsToldTests
{
    [Fact]
    public async Task Events_of_owned_objects_are_listed_with_those_of_the_owner()
    {
        await using var bench = new CmdletBench();
        var owner = bench.Redis("my-op-redis");
        PutOwned(bench, "replica", owner);
        bench.Redis("stranger");
        await RecordAsync(bench, owner, "OfTheOwner");
        await RecordAsync(bench, bench.Redis("stranger"), "OfAStranger");
        await RecordAsync(bench, Owned("replica"), "OfAReplica");

        var filter = new EventFilter { For = [new KnownTarget(owner, owner)], IncludeOwned = true };
        bench.Run(token => new EventListing([bench.Session], bench.Pump).RunAsync(filter, unsorted: false, token));

        Assert.Equal(["OfAReplica", "OfTheOwner"], bench.Events.Select(it => it.Reason).Order());
        Assert.Empty(bench.Messages.OfType<WarningMessage>());
    }

    [Fact]
    public async Task What_could_not_be_looked_through_is_a_warning_and_no_error()
    {
        await using var bench = new CmdletBench(users: new SandboxUser("reader", "reader", new SandboxRule(["list"], [""], ["events"])));
        var owner = Owned("my-op-redis");

        var filter = new EventFilter { For = [new KnownTarget(owner, owner)], IncludeOwned = true };
        bench.Run(token => new EventListing([bench.Session], bench.Pump).RunAsync(filter, unsorted: false, token));

        Assert.Equal(
            "Owned objects of these resources are missing, because they could not be listed: redises.cache.example.com. -Verbose says why.",
            Assert.Single(bench.Messages.OfType<WarningMessage>()).Text);
        Assert.Contains(bench.Messages.OfType<VerboseMessage>(), it => it.Text.StartsWith("redises.cache.example.com in namespace default could not", StringComparison.Ordinal));
        Assert.Empty(bench.Errors);
    }

    [Fact]
    public async Task An_API_group_that_did_not_say_what_it_serves_is_a_warning()
    {
        var server = new DiscoveryServer { IsAggregated = true }.Add("v1", "pods", "Pod").Add("metrics.example.com/v1", "readings", "Reading");
        server.Broken.Add("/apis/metrics.example.com/v1");
        using var handler = new FakeHandler(server.Answer);
        await using var session = Clusters.Session(Clusters.Over(handler));
        var messages = new List<CmdletMessage>();
        var pump = new MessagePump(messages.Add);

        pump.Run(Task.Run(() => OwnedObjectsTold.FindAsync(session, [Owned("my-op-redis")], pump, default)), default);

        Assert.Equal(
            "Owned objects of these API groups are missing, because they did not answer: metrics.example.com/v1.",
            Assert.Single(messages.OfType<WarningMessage>()).Text);
    }

    private static ObjectReference Owned(string name) =>
        new() { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = name, Uid = $"uid-{name}" };

    private static void PutOwned(CmdletBench bench, string name, ObjectReference owner) => bench.Sandbox.Put($$"""
        {
          "apiVersion": "cache.example.com/v1", "kind": "Redis",
          "metadata": { "name": "{{name}}", "namespace": "default", "uid": "uid-{{name}}", "ownerReferences": [
            { "apiVersion": "cache.example.com/v1", "kind": "Redis", "name": "{{owner.Name}}", "uid": "{{owner.Uid}}" } ] }
        }
        """);

    private static async Task RecordAsync(CmdletBench bench, ObjectReference regarding, string reason)
    {
        var outcome = await bench.Session.Broadcaster.NewRecorder("test").RecordAsync(new Occurrence { Regarding = regarding, Reason = reason });
        Assert.True(outcome.IsOnServer);
    }
}
