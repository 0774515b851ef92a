using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class EventWaitingTests : IAsyncTeardown
{
    private readonly KubernetesSandbox _sandbox = KubernetesSandbox.Start();
    private readonly List<CmdletMessage> _messages = [];
    private readonly CancellationTokenSource _stop = new();

    private static EventFilter OfTheFamily => new() { For = [new NamedTarget("redis/web")], IncludeOwned = true, Namespaces = ["default"] };

    public EventWaitingTests()
    {
        _sandbox.Put(CmdletBench.Definition);
        PutRedis("web", null);
        PutRedis("web-1", "web");
    }

    public ValueTask DisposeAsync()
    {
        _stop.Dispose();
        return _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task What_is_there_is_listed_once_however_long_that_takes_and_looked_through_once_however_many_objects_are_gone()
    {
        for (var i = 0; i < 30; i++)
            PutEvent($"a-{i:00}", "Pulled", "Pod", $"gone-{i}", "v1");
        PutEvent("b", "Last", "Redis", "web-1");
        var time = new FakeTimeProvider();
        var requests = new List<string>();
        // A minute for each list: a wait that begins again meanwhile never ends.
        _sandbox.Faults.Always(Fault.Hang(), request =>
        {
            lock (requests)
                requests.Add($"{request.Verb} {request.Resource}");
            if (request is not { Verb: "list", Resource: "events" })
                return false;
            time.Advance(TimeSpan.FromMinutes(1));
            if (requests.Count(it => it == "list events") > 3)
                _stop.Cancel();
            return false;
        });

        var result = await WaitAsync("Last", time);

        Assert.Equal((EventWaitState.Met, "b"), (result.State, result.Event?.Name));
        Assert.Equal(1, requests.Count(it => it == "list events"));
        Assert.Equal(1, requests.Count(it => it == "list redises"));
        Assert.DoesNotContain("get pods", requests);
    }

    /// <summary>A server lists by names, which say nothing of what was first.</summary>
    [Theory]
    [InlineData("a", "b", "web", "web", "default")]
    [InlineData("b", "a", "web", "web", "default")]
    [InlineData("a", "b", "web", "web-1", "default")]
    [InlineData("a", "b", "web-1", "web", "default")]
    [InlineData("a", "b", "web", "web", "other")]
    [InlineData("b", "a", "web", "web", "other")]
    public async Task Of_what_is_there_the_latest_decides(string failure, string success, string failed, string done, string elsewhere)
    {
        _sandbox.CreateNamespace("other");
        PutEvent(failure, "BackupFailed", "Redis", failed, minute: 10, inNamespace: elsewhere);
        PutEvent(success, "BackupCompleted", "Redis", done, minute: 55);
        PutEvent("c", "Scheduled", "Redis", done, minute: 5);
        var filter = failed == done ? new EventFilter { Namespaces = ["default", "other"] } : OfTheFamily;
        var request = new EventWaitRequest(["BackupFailed"], 1, false, TimeSpan.FromDays(1));

        var result = await WaitAsync(filter with { Reasons = ["BackupCompleted"] }, request, new WaitlessTimeProvider());

        Assert.Equal((EventWaitState.Met, success), (result.State, result.Event?.Name));
    }

    [Fact]
    public async Task Time_that_runs_out_before_all_that_is_there_was_read_is_judged_by_what_came()
    {
        _sandbox.CreateNamespace("other");
        PutEvent("a", "BackupCompleted", "Redis", "web", minute: 55);
        var time = new FakeTimeProvider();
        _sandbox.Faults.Always(Fault.Hang(), request => request is { Verb: "list", Namespace: "other" });
        _sandbox.Faults.Always(Fault.Hang(), request =>
        {
            if (request is { Verb: "watch" })
                _ = Task.Run(() => time.Advance(TimeSpan.FromSeconds(10)));
            return false;
        });
        var request = new EventWaitRequest([], 1, false, TimeSpan.FromSeconds(10));

        var result = await WaitAsync(new EventFilter { Namespaces = ["default", "other"], Reasons = ["BackupCompleted"] }, request, time);

        Assert.Equal((EventWaitState.Met, "a"), (result.State, result.Event?.Name));
    }

    /// <summary>What another one of the name did before, or does late, counts for nothing.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task An_object_that_is_made_anew_is_waited_for_by_its_name(bool includeOwned, bool newOnly)
    {
        PutEvent("a", "Started", "Redis", "web", uid: "uid-of-one-before");
        PutRedis("ward-of-one-before", "web", "uid-of-one-before");
        PutEvent("b", "Started", "Redis", "ward-of-one-before");
        var filter = OfTheFamily with { IncludeOwned = includeOwned, Reasons = ["Started"] };

        var result = await WaitAsync(filter, new EventWaitRequest(["Failed"], 1, newOnly, TimeSpan.FromDays(1)), new WaitlessTimeProvider(), said =>
        {
            if (!said.StartsWith("What is there was read", StringComparison.Ordinal))
                return;
            PutEvent("a", "Failed", "Redis", "web", uid: "uid-of-one-before", minute: 1);
            PutEvent("b", "Failed", "Redis", "ward-of-one-before", minute: 1);
            PutRedis("web", null, uid: "uid-of-the-next");
            PutRedis("web-2", "web", "uid-of-the-next");
            PutEvent("c", "Started", "Redis", includeOwned ? "web-2" : "web", uid: includeOwned ? null : "uid-of-the-next");
        });

        Assert.Equal((EventWaitState.Met, "c"), (result.State, result.Event?.Name));
    }

    [Fact]
    public async Task What_the_object_itself_did_is_seen_whatever_others_cannot_be_looked_up()
    {
        for (var i = 0; i < 30; i++)
            PutEvent($"a-{i:00}", "Pulled", "Pod", $"gone-{i}", "v1");
        PutEvent("b", "Last", "Redis", "web");
        _sandbox.Faults.Always(Fault.Status(500, "InternalError", "nobody looks here"), request => request.Resource is "pods" || request is { Resource: "redises", Verb: "list" });

        Assert.Equal("b", (await WaitAsync("Last", new FakeTimeProvider())).Event?.Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_restarts_while_it_is_waited_is_waited_for(bool newOnly)
    {
        PutEvent("a", "Before", "Redis", "web-1");
        var broken = 0;
        var result = await WaitAsync("After", new WaitlessTimeProvider(), newOnly, said =>
        {
            if (said.StartsWith("What is there", StringComparison.Ordinal))
            {
                _sandbox.RefuseConnections();
                _sandbox.DropConnections();
                PutRedis("web-2", "web");
                PutEvent("b", "After", "Redis", "web-2");
            }
            else if (said.StartsWith("The watch broke", StringComparison.Ordinal) && ++broken == 3)
                _sandbox.AcceptConnections();
        });

        Assert.Equal((EventWaitState.Met, "b"), (result.State, result.Event?.Name));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(405)]
    [InlineData(500, false)]
    [InlineData(405, false)]
    public async Task Objects_that_alone_cannot_be_looked_up_hide_no_other_and_are_said_once(int code, bool mayList = true)
    {
        var isWatching = false;
        _sandbox.Faults.Always(Fault.Status(403, "Forbidden", "events is forbidden"), request => isWatching && !mayList && request.Verb == "list");
        _sandbox.Faults.Always(Fault.Status(code, "InternalError", "conversion webhook failed"), request => request.Name.StartsWith("broken", StringComparison.Ordinal));
        var result = await WaitAsync("After", new WaitlessTimeProvider(), on: said =>
        {
            if (!said.StartsWith("What is there", StringComparison.Ordinal))
                return;
            isWatching = true;
            PutEvent("a-1", "Any", "Redis", "broken-1");
            PutEvent("a-2", "Any", "Redis", "broken-2");
            PutEvent("a-3", "Any", "Pod", "other", "v1");
            PutEvent("b", "After", "Redis", "web");
        });

        Assert.Equal((EventWaitState.Met, "b"), (result.State, result.Event?.Name));
        Assert.Equal([$"Events of owned objects may be missing: The API server answered {code} InternalError: conversion webhook failed"], _messages.OfType<WarningMessage>().Select(it => it.Text));
        Assert.DoesNotContain(_sandbox.Requests, request => request.Name == "broken-2");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(62)]
    [InlineData(63)]
    public async Task While_nothing_else_is_answered_either_an_object_is_looked_up_until_it_is_found(int most)
    {
        PutRedis("web-2", "web");
        var refused = 0;
        _sandbox.Faults.Always(Fault.Status(503, "ServiceUnavailable", "no backend"), request => refused > 0 && refused < most && request.Verb != "watch" && ++refused > 0);
        var result = await WaitAsync("After", new WaitlessTimeProvider(), on: said =>
        {
            if (!said.StartsWith("What is there", StringComparison.Ordinal))
                return;
            refused = 1;
            PutEvent("b", "After", "Redis", "web-2");
        });

        Assert.Equal((EventWaitState.Met, "b", most), (result.State, result.Event?.Name, refused));
        Assert.Empty(_messages.OfType<WarningMessage>());
    }

    [Fact]
    public async Task Time_that_runs_out_while_an_object_is_looked_up_is_no_silence()
    {
        var time = new FakeTimeProvider { RequestsTakeNoTime = true };
        _sandbox.Faults.Always(Fault.Status(500, "InternalError", "conversion webhook failed"), request => request.Name == "broken");
        await using var session = Clusters.Session(Clusters.Of(_sandbox, overTcp: true), time: time);
        PutEvent("a", "Any", "Redis", "broken");
        var watch = new ClusterWatch(session, new MessagePump(_messages.Add));
        var events = watch.RunAsync(OfTheFamily, new EventWatchOptions(), _stop.Token).GetAsyncEnumerator(_stop.Token);
        var next = events.MoveNextAsync().AsTask();
        await SpoolRun.Until(() => time.IsDue(time.GetUtcNow().AddSeconds(1)));

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        Assert.Equal("not everything was seen, because objects could not be looked up: The API server answered 500 InternalError: conversion webhook failed", watch.Deafness);
        await events.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_to_be_owned_later_is_seen_as_soon_as_its_owner_is_and_within_a_minute(bool ownerIsSeen)
    {
        var time = new FakeTimeProvider { RequestsTakeNoTime = true };
        await using var session = Clusters.Session(Clusters.Of(_sandbox, overTcp: true), time: time);
        var watch = new ClusterWatch(session, new MessagePump(_messages.Add));
        PutRedis("set", null);
        PutRedis("pod", "set");
        PutEvent("a", "There", "Redis", "web");
        var events = watch.RunAsync(OfTheFamily, new EventWatchOptions(), _stop.Token).GetAsyncEnumerator(_stop.Token);
        Assert.Equal("a", await NextAsync());
        PutEvent("b", "Before", "Redis", "pod");
        PutEvent("c", "Before", "Redis", "web");
        Assert.Equal("c", await NextAsync());

        PutRedis("set", "web");
        if (ownerIsSeen)
        {
            PutEvent("d", "After", "Redis", "set");
            Assert.Equal("d", await NextAsync());
        }
        else
            time.Advance(TimeSpan.FromMinutes(1));
        PutEvent("e", "After", "Redis", "pod");
        PutEvent("f", "After", "Redis", "web");

        Assert.Equal("e", await NextAsync());
        await events.DisposeAsync();

        async Task<string?> NextAsync() => await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)) ? events.Current.Event.Name : null;
    }

    private Task<EventWaitResult> WaitAsync(string reason, TimeProvider time, bool newOnly = false, Action<string>? on = null) =>
        WaitAsync(OfTheFamily with { Reasons = [reason] }, new EventWaitRequest([], 1, newOnly, TimeSpan.FromDays(1)), time, on);

    private async Task<EventWaitResult> WaitAsync(EventFilter filter, EventWaitRequest request, TimeProvider time, Action<string>? on = null)
    {
        await using var session = Clusters.Session(Clusters.Of(_sandbox, overTcp: true), time: time);
        var pump = new MessagePump(message =>
        {
            _messages.Add(message);
            if (message is VerboseMessage { Text: var said })
                on?.Invoke(said);
        });
        var waiting = Task.Run(() => new EventWaiting(session, pump).RunAsync(filter, request, _stop.Token));
        pump.Run(waiting, default);
        return await waiting;
    }

    private void PutRedis(string name, string? owner, string? ownerUid = null, string? uid = null) => _sandbox.Put($$"""
        {
          "apiVersion": "cache.example.com/v1", "kind": "Redis",
          "metadata": { "name": "{{name}}", "namespace": "default", "uid": "{{uid ?? $"uid-{name}"}}"{{(owner is null ? "" : $$"""
            , "ownerReferences": [{ "apiVersion": "cache.example.com/v1", "kind": "Redis", "name": "{{owner}}", "uid": "{{ownerUid ?? $"uid-{owner}"}}" }]
            """)}} }
        }
        """);

    private void PutEvent(string name, string reason, string kind, string about, string apiVersion = "cache.example.com/v1", int minute = 0, string inNamespace = "default", string? uid = null) => _sandbox.Put($$"""
        {
          "apiVersion": "v1", "kind": "Event", "metadata": { "name": "{{name}}", "namespace": "{{inNamespace}}" }, "reason": "{{reason}}", "type": "Normal",
          "involvedObject": { "apiVersion": "{{apiVersion}}", "kind": "{{kind}}", "name": "{{about}}", "namespace": "{{inNamespace}}", "uid": "{{uid ?? $"uid-{about}"}}" },
          "lastTimestamp": "2026-11-20T12:{{minute:00}}:00Z"
        }
        """);
}
