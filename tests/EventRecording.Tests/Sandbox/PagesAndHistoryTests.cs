using System.Net;
using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

public sealed class PagesAndHistoryTests : IDisposable
{
    private const string Streamed = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";

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
    [InlineData("resourceVersionMatch=Exact", "resourceVersionMatch is forbidden unless resourceVersion is provided")]
    [InlineData("resourceVersionMatch=Sometimes&resourceVersion=1", "Unsupported value: \"Sometimes\"")]
    [InlineData("resourceVersionMatch=Exact&resourceVersion=0", "forbidden for resourceVersion \"0\"")]
    [InlineData("sendInitialEvents=true", "sendInitialEvents is forbidden for list")]
    [InlineData("watch=1&resourceVersionMatch=NotOlderThan", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
    [InlineData("watch=1&sendInitialEvents=true", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    [InlineData("watch=1&sendInitialEvents=false", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    [InlineData("watch=1&sendInitialEvents=true&resourceVersionMatch=Exact", "supported values: \"NotOlderThan\"")]
    [InlineData("watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&continue=x", "resourceVersionMatch is forbidden when continue is provided")]
    public async Task Options_that_do_not_go_together_are_refused(string query, string why)
    {
        var (status, answer) = await _client.SendAsync("GET", $"{Events}?{query}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains(why, (string?)answer["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    [InlineData("&resourceVersion=2")]
    public async Task A_streamed_list_is_what_is_there_then_a_bookmark_that_says_so_then_what_changes(string from)
    {
        PutMany("e", 2);
        using var watch = await _client.WatchAsync($"{Events}?{Streamed}&allowWatchBookmarks=true{from}");
        var version = _sandbox.ResourceVersion;
        _sandbox.Put(Event("later"));
        Assert.Equal(["e.00", "e.01"], [await FrameAsync(watch), await FrameAsync(watch)]);
        var frame = JsonNode.Parse((await LineAsync(watch))!)!;
        Assert.Equal("BOOKMARK", (string?)frame["type"]);
        Assert.Equal(("v1", "Event"), ((string?)frame["object"]!["apiVersion"], (string?)frame["object"]!["kind"]));
        Assert.Equal($"{version}", (string?)frame["object"]!["metadata"]!["resourceVersion"]);
        Assert.Equal("true", (string?)frame["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);
        Assert.Equal("later", await FrameAsync(watch));
    }

    [Fact]
    public async Task A_streamed_list_that_allows_no_bookmarks_gets_none()
    {
        PutMany("e", 1);
        using var watch = await _client.WatchAsync($"{Events}?{Streamed}");
        Assert.Equal("e.00", await FrameAsync(watch));
        _sandbox.Put(Event("later"));
        Assert.Equal("later", await FrameAsync(watch));
    }

    [Fact]
    public async Task A_watch_that_wants_no_initial_events_begins_with_the_next_change()
    {
        PutMany("e", 2);
        using var watch = await _client.WatchAsync($"{Events}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan");
        _sandbox.Put(Event("later"));
        Assert.Equal("later", await FrameAsync(watch));
    }

    [Fact]
    public async Task A_streamed_list_of_a_version_that_is_not_there_yet_is_refused_with_504()
    {
        PutMany("e", 1);
        using var watch = await _client.WatchAsync($"{Events}?{Streamed}&resourceVersion={_sandbox.ResourceVersion + 100}");
        var frame = JsonNode.Parse((await LineAsync(watch))!)!;
        Assert.Equal(("ERROR", 504), ((string?)frame["type"], (int)frame["object"]!["code"]!));
        Assert.Null(await LineAsync(watch));
    }

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
        Assert.Null(await LineAsync(watch));
    }

    [Fact]
    public async Task A_watch_gets_bookmarks_where_it_allows_them_and_ends_in_time()
    {
        _sandbox.Put(Event("a.1"));
        using var watch = await _client.WatchAsync($"{Events}?watch=1&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion={_sandbox.ResourceVersion}");
        var frame = LineAsync(watch);
        _time.Advance(TimeSpan.FromMinutes(1));
        var bookmark = JsonNode.Parse((await frame)!)!;
        Assert.Equal("BOOKMARK", (string)bookmark["type"]!);
        Assert.Equal($"{_sandbox.ResourceVersion}", (string)bookmark["object"]!["metadata"]!["resourceVersion"]!);
        var end = LineAsync(watch);
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
        var frame = LineAsync(broken);

        _sandbox.Restart(backup);

        await Assert.ThrowsAnyAsync<IOException>(() => frame);
        Assert.Equal(backup.ResourceVersion, _sandbox.ResourceVersion);
        Assert.Equal(["a.1"], Names(await _client.GetAsync(Events)));
        using var silent = await _client.WatchAsync($"{Events}?watch=1&timeoutSeconds=10&resourceVersion={later}");
        var nothing = LineAsync(silent);
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

    [Theory]
    [InlineData("watch=1", "watch")]
    [InlineData("watch", "watch")]
    [InlineData("watch=yes", "watch")]
    [InlineData("watch=0", "list")]
    [InlineData("watch=False", "list")]
    public async Task Every_flag_but_0_and_false_is_set(string query, string verb)
    {
        using var answer = await _client.WatchAsync($"{Events}?{query}");
        Assert.Equal(1, _sandbox.Count(verb, "events"));
    }

    private static Task<string?> LineAsync(StreamReader watch) => watch.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));

    private static async Task<string> FrameAsync(StreamReader watch) =>
        (string)JsonNode.Parse((await LineAsync(watch))!)!["object"]!["metadata"]!["name"]!;

    private static string[] Names(JsonNode list) => [.. list["items"]!.AsArray().Select(item => (string)item!["metadata"]!["name"]!)];

    private void PutMany(string prefix, int count)
    {
        for (var i = 0; i < count; i++)
            _sandbox.Put(Event($"{prefix}.{i:00}"));
    }
}
