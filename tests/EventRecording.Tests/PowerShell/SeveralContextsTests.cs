using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

/// <summary>Three clusters behind sockets, as three contexts.</summary>
public sealed class SeveralContextsTests : IAsyncTeardown
{
    private readonly KubernetesSandbox[] _sandboxes = [.. Enumerable.Range(0, 3).Select(_ => KubernetesSandbox.Start())];
    private readonly ClusterSession[] _sessions;
    private readonly List<CmdletMessage> _messages = [];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SeveralContextsTests() => _sessions = [.. _sandboxes.Select((sandbox, i) => Session(sandbox, $"c{i}"))];

    private IEnumerable<KubeEvent> Events => _messages.SelectMany(message => message switch
    {
        EventMessage one => [one.Event],
        EventsMessage several => several.Events,
        _ => Array.Empty<KubeEvent>(),
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
            await session.DisposeAsync();
        foreach (var sandbox in _sandboxes)
            await sandbox.DisposeAsync();
    }

    [Fact]
    public void A_sorted_list_is_that_of_all_clusters_each_event_with_its_context_also_where_uids_are_the_same()
    {
        Put(0, "a", minute: 1, uid: "same");
        Put(1, "b", minute: 0, uid: "same");
        Put(2, "c", minute: 2);
        Put(0, "d", minute: 3);
        List(new EventFilter());
        Assert.Equal(["c1 b", "c0 a", "c2 c", "c0 d"], Events.Select(it => $"{it.Context} {it.Name}"));
        Assert.All(_messages.OfType<EventsMessage>(), it => Assert.Equal(EventSpan.Contexts, it.Span));
        Assert.Equal(["Context c0: ", "Context c1: ", "Context c2: "], _messages.OfType<VerboseMessage>().Select(it => it.Text[..12]).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_number_is_that_of_all_clusters_together(bool unsorted)
    {
        for (var i = 0; i < 30; i++)
            Put(i % 3, $"e{i:00}", minute: i);
        List(new EventFilter { First = 7 }, unsorted);
        Assert.Equal(7, Events.Distinct().Count());
        if (!unsorted)
            Assert.Equal(["e00", "e01", "e02", "e03", "e04", "e05", "e06"], Events.Select(it => it.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_that_is_down_is_one_error_that_names_it_and_the_others_are_listed(bool unsorted)
    {
        for (var i = 0; i < 3; i++)
            Put(i, "e");
        Stop(1);
        List(new EventFilter(), unsorted);
        Assert.Equal(["c0", "c2"], Events.Select(it => it.Context).Order());
        var error = Assert.Single(_messages.OfType<ErrorMessage>()).Error;
        Assert.Equal((ErrorId.ClusterUnreachable, CmdletErrorCategory.ConnectionError, "c1"), (error.Id, error.Category, error.Target));
        Assert.StartsWith("Context c1: Cannot reach the API server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_that_one_cluster_does_not_have_is_an_error_of_that_cluster_alone()
    {
        _sandboxes[0].Put(CmdletBench.Definition);
        _sandboxes[0].Put("""{ "apiVersion": "cache.example.com/v1", "kind": "Redis", "metadata": { "name": "my-op-redis", "namespace": "default" } }""");
        List(new EventFilter { For = [new NamedTarget("rd/my-op-redis")] });
        var errors = _messages.OfType<ErrorMessage>().Select(it => it.Error).OrderBy(it => it.Message).ToList();
        Assert.Equal(["rd/my-op-redis", "rd/my-op-redis"], errors.Select(it => it.Target));
        Assert.Collection(errors, it => Assert.StartsWith("Context c1: ", it.Message, StringComparison.Ordinal), it => Assert.StartsWith("Context c2: ", it.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watch_tells_of_all_clusters_and_goes_on_with_one_that_was_away()
    {
        for (var i = 0; i < 3; i++)
            Put(i, "there");
        var watch = Watch(new EventFilter { First = 6 }, out var told);
        await told(3);
        Stop(1);
        Put(0, "meanwhile-0");
        Put(1, "meanwhile-1");
        await told(4);
        _sandboxes[1].AcceptConnections();
        await told(5);
        Put(2, "last");
        await watch;
        Assert.Equal(["c0 meanwhile-0", "c1 meanwhile-1", "c2 last"], Events.Skip(3).Select(it => $"{it.Context} {it.Name}"));
        Assert.Empty(_messages.OfType<ErrorMessage>());
        Assert.Contains(_messages.OfType<VerboseMessage>(), it => it.Text.StartsWith("Context c1: The watch broke", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watch_on_one_that_cannot_be_reached_is_an_error_and_the_others_are_watched()
    {
        Stop(2);
        var watch = Watch(new EventFilter { First = 2 }, out _);
        await _failed.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        Put(0, "a");
        Put(1, "b");
        await watch;
        Assert.Equal(["c0", "c1"], Events.Select(it => it.Context).Order());
        Assert.Equal("c2", Assert.Single(_messages.OfType<ErrorMessage>()).Error.Target);
    }

    [Fact]
    public async Task Time_that_runs_out_names_the_clusters_that_said_nothing()
    {
        _sandboxes[1].Faults.Always(Fault.Hang());
        await Watch(new EventFilter(), out _, TimeSpan.FromSeconds(2));
        var error = Assert.Single(_messages.OfType<ErrorMessage>()).Error;
        Assert.Equal("Context c1: Within 2 s the API server did not say which events there are: nothing was watched.", error.Message);
    }

    private static ClusterSession Session(KubernetesSandbox sandbox, string context) =>
        Clusters.Session(new ClusterConnection(new ClusterConfiguration { Server = sandbox.Address, ContextName = context }));

    private void Stop(int i)
    {
        _sandboxes[i].RefuseConnections();
        _sandboxes[i].DropConnections();
    }

    private void Put(int i, string name, int minute = 0, string? uid = null) => _sandboxes[i].Put($$"""
        {
          "apiVersion": "v1", "kind": "Event", "metadata": { "name": "{{name}}", "namespace": "default"{{(uid is null ? "" : $", \"uid\": \"{uid}\"")}} },
          "involvedObject": { "apiVersion": "v1", "kind": "Pod", "name": "web-0", "namespace": "default" }, "reason": "Pulled", "type": "Normal",
          "lastTimestamp": "2026-11-20T12:{{minute:00}}:00Z"
        }
        """);

    private void List(EventFilter filter, bool unsorted = false)
    {
        var pump = new MessagePump(_messages.Add);
        pump.Run(Task.Run(() => new EventListing(_sessions, pump).RunAsync(filter, unsorted, default)), default);
    }

    private Task Watch(EventFilter filter, out Func<int, Task> told, TimeSpan? timeout = null)
    {
        var counts = new System.Collections.Concurrent.ConcurrentDictionary<int, TaskCompletionSource>();
        var seen = 0;
        told = number => Waiting(number).Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        var pump = new MessagePump(message =>
        {
            _messages.Add(message);
            if (message is ErrorMessage)
                _failed.TrySetResult();
            if (message is EventMessage)
                Waiting(++seen).TrySetResult();
        });
        return Task.Run(() => pump.Run(Task.Run(() => new EventWatching(_sessions, pump).RunAsync(filter, false, timeout, default)), default));

        TaskCompletionSource Waiting(int number) => counts.GetOrAdd(number, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
