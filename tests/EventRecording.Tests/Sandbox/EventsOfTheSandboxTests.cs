using System.Net;
using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

public sealed class EventsOfTheSandboxTests
{
    public static readonly TheoryData<bool> BothWays = [false, true];

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task An_event_is_created_read_patched_listed_and_deleted(bool overTcp)
    {
        await using var sandbox = KubernetesSandbox.Start();
        using var client = overTcp ? OverTcp(sandbox) : InProcess(sandbox);
        var (created, body) = await client.SendAsync("POST", Events, Event("a.1"));
        Assert.Equal(HttpStatusCode.Created, created);
        Assert.NotEmpty((string)body["metadata"]!["uid"]!);

        var (patched, after) = await client.SendAsync("PATCH", Events + "/a.1", """{"count":2}""", MergePatch);
        Assert.Equal(HttpStatusCode.OK, patched);
        Assert.Equal(2, (int)after["count"]!);

        var list = await client.GetAsync(Events);
        Assert.Equal("a.1", (string?)list["items"]!.AsArray().Single()!["metadata"]!["name"]);

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("DELETE", Events + "/a.1")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync("GET", Events + "/a.1")).Status);
        Assert.Equal(1, sandbox.Count("patch", "events"));
        Assert.Equal(["create", "patch", "list", "delete", "get"], sandbox.Requests.Select(request => request.Verb));
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public async Task A_watch_shows_what_happens(bool overTcp)
    {
        await using var sandbox = KubernetesSandbox.Start();
        using var client = overTcp ? OverTcp(sandbox) : InProcess(sandbox);
        using var watch = await client.WatchAsync(Events + "?watch=1&resourceVersion=" + sandbox.ResourceVersion);
        await client.SendAsync("POST", Events, Event("a.1"));
        await client.SendAsync("PATCH", Events + "/a.1", """{"count":2}""", MergePatch);
        await client.SendAsync("DELETE", Events + "/a.1");
        foreach (var type in new[] { "ADDED", "MODIFIED", "DELETED" })
            Assert.Equal(type, (string?)JsonNode.Parse((await watch.ReadLineAsync())!)!["type"]);
    }
}
