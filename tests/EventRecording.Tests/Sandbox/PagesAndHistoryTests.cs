using System.Net;
using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

public sealed class PagesAndHistoryTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly KubernetesSandbox _sandbox;
    private readonly SandboxClient _client;

    public PagesAndHistoryTests()
    {
        _sandbox = new KubernetesSandbox(new SandboxOptions { TimeProvider = _time, BookmarkInterval = TimeSpan.FromMinutes(1), HistoryLimit = 1000 });
        _client = InProcess(_sandbox);
    }

    public void Dispose()
    {
        _client.Dispose();
        _sandbox.Dispose();
    }

    [Fact]
    public async Task Pages_show_one_version_while_writes_go_on()
    {
        PutMany("e", 25);
        var names = new List<string>();
        var remaining = new List<long?>();
        var path = Events + "?limit=10";
        while (true)
        {
            var page = await _client.GetAsync(path);
            names.AddRange(Names(page));
            remaining.Add((long?)page["metadata"]!["remainingItemCount"]);
            if ((string?)page["metadata"]!["continue"] is not { } token)
                break;
            _sandbox.Put(Event($"a{names.Count}"));
            await _client.SendAsync("DELETE", $"{Events}/e.20");
            path = $"{Events}?limit=10&continue={token}";
        }
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"e.{i:00}"), names);
        Assert.Equal([15, 5, null], remaining);
    }

    [Fact]
    public async Task A_token_that_is_too_old_comes_with_one_that_goes_on_with_what_is_there_now()
    {
        PutMany("e", 5);
        var first = await _client.GetAsync(Events + "?limit=2");
        _sandbox.Put(Event("e.03x"));
        _sandbox.Compact();
        var (status, gone) = await _client.SendAsync("GET", $"{Events}?limit=2&continue={first["metadata"]!["continue"]}");
        Assert.Equal(HttpStatusCode.Gone, status);
        var rest = await _client.GetAsync($"{Events}?continue={gone["metadata"]!["continue"]}");
        Assert.Equal(["e.02", "e.03", "e.03x", "e.04"], Names(rest));
    }

    [Fact]
    public async Task A_list_at_an_exact_version_shows_what_was_there()
    {
        PutMany("e", 2);
        var version = _sandbox.ResourceVersion;
        await _client.SendAsync("DELETE", Events + "/e.00");
        Assert.Equal(["e.00", "e.01"], Names(await _client.GetAsync($"{Events}?resourceVersion={version}&resourceVersionMatch=Exact")));
        Assert.Equal(["e.01"], Names(await _client.GetAsync($"{Events}?resourceVersion={version}&resourceVersionMatch=NotOlderThan")));
        var (future, _) = await _client.SendAsync("GET", $"{Events}?resourceVersion={version + 100}");
        Assert.Equal(HttpStatusCode.GatewayTimeout, future);
    }

    [Theory]
    [InlineData("resourceVersionMatch=Exact")]
    [InlineData("resourceVersionMatch=Sometimes&resourceVersion=1")]
    [InlineData("resourceVersionMatch=Exact&resourceVersion=0")]
    [InlineData("watch=1&resourceVersionMatch=NotOlderThan")]
    [InlineData("watch=1&sendInitialEvents=true")]
    [InlineData("sendInitialEvents=true")]
    public async Task Options_that_do_not_go_together_are_refused(string query) =>
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _client.SendAsync("GET", $"{Events}?{query}")).Status);

    [Fact]
    public async Task A_watch_goes_on_where_it_was_interrupted()
    {
        PutMany("e", 3);
        var version = _sandbox.ResourceVersion - 2;
        using var watch = await _client.WatchAsync($"{Events}?watch=1&resourceVersion={version}");
        Assert.Equal(["e.01", "e.02"], [await FrameAsync(watch), await FrameAsync(watch)]);
    }

    [Fact]
    public async Task A_watch_from_a_compacted_version_can_be_closed_without_a_frame()
    {
        await using var closing = new KubernetesSandbox(new SandboxOptions { CompactedWatch = CompactedWatch.Close });
        closing.Put(Event("a.1"));
        closing.Compact();
        using var client = InProcess(closing);
        using var watch = await client.WatchAsync(Events + "?watch=1&resourceVersion=1");
        Assert.Null(await watch.ReadLineAsync());
    }

    [Fact]
    public async Task A_watch_gets_bookmarks_where_it_allows_them_and_ends_in_time()
    {
        _sandbox.Put(Event("a.1"));
        using var watch = await _client.WatchAsync($"{Events}?watch=1&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion={_sandbox.ResourceVersion}");
        var frame = watch.ReadLineAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        var bookmark = JsonNode.Parse((await frame)!)!;
        Assert.Equal("BOOKMARK", (string)bookmark["type"]!);
        Assert.Equal($"{_sandbox.ResourceVersion}", (string)bookmark["object"]!["metadata"]!["resourceVersion"]!);
        var end = watch.ReadLineAsync();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await end);
    }

    [Fact]
    public async Task An_event_is_gone_an_hour_after_its_last_write()
    {
        _sandbox.Put(Event("a.1"));
        _sandbox.Put(Event("a.2"));
        using var watch = await _client.WatchAsync($"{Events}?watch=1&resourceVersion={_sandbox.ResourceVersion}");
        _time.Advance(TimeSpan.FromMinutes(30));
        await _client.SendAsync("PATCH", Events + "/a.1", """{"count":2}""", MergePatch);
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(["a.1"], Names(await _client.GetAsync(Events)));
        Assert.Equal(["a.1", "a.2"], [await FrameAsync(watch), await FrameAsync(watch)]);
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.Empty(Names(await _client.GetAsync(Events)));
    }

    [Fact]
    public async Task A_restart_from_a_backup_has_the_versions_of_the_backup_and_is_silent_about_later_ones()
    {
        _sandbox.Put(Event("a.1"));
        var backup = _sandbox.TakeSnapshot();
        PutMany("e", 5);
        var later = _sandbox.ResourceVersion;
        using var broken = await _client.WatchAsync($"{Events}?watch=1&resourceVersion={later}");
        var frame = broken.ReadLineAsync();

        _sandbox.Restart(backup);

        await Assert.ThrowsAnyAsync<IOException>(() => frame);
        Assert.Equal(backup.ResourceVersion, _sandbox.ResourceVersion);
        Assert.Equal(["a.1"], Names(await _client.GetAsync(Events)));
        using var silent = await _client.WatchAsync($"{Events}?watch=1&timeoutSeconds=10&resourceVersion={later}");
        var nothing = silent.ReadLineAsync();
        _sandbox.Put(Event("a.2"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await nothing);
    }

    [Fact]
    public async Task History_is_bounded_and_what_is_kept_can_be_read()
    {
        PutMany("e", 2100);
        var version = _sandbox.ResourceVersion;
        Assert.Equal(HttpStatusCode.OK, (await _client.SendAsync("GET", $"{Events}?limit=1&resourceVersion={version - 999}")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await _client.SendAsync("GET", $"{Events}?limit=1&resourceVersion={version - 2000}")).Status);
    }

    private static async Task<string> FrameAsync(StreamReader watch) =>
        (string)JsonNode.Parse((await watch.ReadLineAsync())!)!["object"]!["metadata"]!["name"]!;

    private static string[] Names(JsonNode list) => [.. list["items"]!.AsArray().Select(item => (string)item!["metadata"]!["name"]!)];

    private void PutMany(string prefix, int count)
    {
        for (var i = 0; i < count; i++)
            _sandbox.Put(Event($"{prefix}.{i:00}"));
    }
}
