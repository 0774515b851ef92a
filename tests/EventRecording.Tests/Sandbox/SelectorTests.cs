using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

public sealed class SelectorTests : IDisposable
{
    private readonly KubernetesSandbox _sandbox = new();
    private readonly SandboxClient _client;

    public SelectorTests()
    {
        _client = InProcess(_sandbox);
        Put("a", "Scaled", """{ "app": "redis", "size": "3" }""");
        Put("b", "Synced", """{ "app": "devbox", "size": "10" }""");
        Put("c", "x,y=z\\\\", "{}");
    }

    public void Dispose()
    {
        _client.Dispose();
        _sandbox.Dispose();
    }

    [Theory]
    [InlineData("app=redis", "a")]
    [InlineData("app==redis", "a")]
    [InlineData("app!=redis", "b c")]
    [InlineData("app in (redis, devbox)", "a b")]
    [InlineData("app notin (redis)", "b c")]
    [InlineData("app", "a b")]
    [InlineData("!app", "c")]
    [InlineData("size>5", "b")]
    [InlineData("size < 5", "a")]
    [InlineData("app,size in (10),app!=redis", "b")]
    [InlineData("app in (redis),", "a")]
    [InlineData("", "a b c")]
    public async Task Labels_select(string selector, string expected) => Assert.Equal(expected, await NamesAsync("labelSelector", selector));

    [Theory]
    [InlineData("reason=Scaled", "a")]
    [InlineData("reason!=Scaled", "b c")]
    [InlineData("metadata.name==b", "b")]
    [InlineData(@"reason=x\,y\=z\\", "c")]
    [InlineData("reason=Scaled,metadata.name=b", "")]
    [InlineData("involvedObject.kind=Redis,type=Normal", "a b c")]
    public async Task Fields_select(string selector, string expected) => Assert.Equal(expected, await NamesAsync("fieldSelector", selector));

    [Theory]
    [InlineData("labelSelector", "app in redis")]
    [InlineData("labelSelector", "a b")]
    [InlineData("labelSelector", "-bad-=x")]
    [InlineData("labelSelector", "size>many")]
    [InlineData("fieldSelector", "reason")]
    [InlineData("fieldSelector", "count=1")]
    public async Task A_selector_that_is_not_understood_is_a_bad_request(string parameter, string selector)
    {
        var answer = await _client.GetAsync($"{Events}?{parameter}={Uri.EscapeDataString(selector)}");
        Assert.Equal((400, "BadRequest"), ((int)answer["code"]!, (string)answer["reason"]!));
    }

    [Fact]
    public async Task An_object_that_begins_and_one_that_ceases_to_match_is_added_and_deleted_in_a_watch()
    {
        using var watch = await _client.WatchAsync($"{Events}?watch=1&labelSelector=app%3Dredis&resourceVersion={_sandbox.ResourceVersion}");
        await LabelAsync("b", "redis");
        await LabelAsync("a", "other");
        var (added, deleted) = (JsonNode.Parse((await watch.ReadLineAsync())!)!, JsonNode.Parse((await watch.ReadLineAsync())!)!);
        Assert.Equal(("ADDED", "b"), ((string)added["type"]!, (string)added["object"]!["metadata"]!["name"]!));
        Assert.Equal(("DELETED", "a"), ((string)deleted["type"]!, (string)deleted["object"]!["metadata"]!["name"]!));
        Assert.Equal("redis", (string)deleted["object"]!["metadata"]!["labels"]!["app"]!);
        Assert.Equal($"{_sandbox.ResourceVersion}", (string)deleted["object"]!["metadata"]!["resourceVersion"]!);
    }

    private async Task LabelAsync(string name, string app) =>
        await _client.SendAsync("PATCH", $"{Events}/{name}", $$"""{ "metadata": { "labels": { "app": "{{app}}" } } }""", MergePatch);

    private async Task<string> NamesAsync(string parameter, string selector)
    {
        var list = await _client.GetAsync($"{Events}?{parameter}={Uri.EscapeDataString(selector)}");
        return string.Join(' ', list["items"]!.AsArray().Select(item => (string)item!["metadata"]!["name"]!));
    }

    private void Put(string name, string reason, string labels)
    {
        var source = JsonNode.Parse(Event(name, reason))!;
        source["metadata"]!["labels"] = JsonNode.Parse(labels);
        _sandbox.Put(source.ToJsonString());
    }
}
