using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

/// <summary>Answers that no API server gives.</summary>
public class HostileServerTests
{
    private const string SamePage = """{"kind":"EventList","metadata":{"resourceVersion":"1","continue":"same"},"items":[]}""";
    private static readonly ApiResource Pods = new("", "v1", "pods", "pod", "Pod", true, []);

    [Fact]
    public async Task A_list_of_objects_whose_next_page_is_always_the_same_has_an_end()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json(SamePage));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => new ResourceMapper(connection).GetNamesAsync(Pods, null, 10));
        Assert.Equal((ClusterConnectionFailure.BadAnswer, 2), (error.Failure, handler.Requests.Count));
    }

    [Fact]
    public async Task So_has_a_list_of_events()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json(SamePage));
        using var connection = Clusters.Over(handler);
        await using var pager = new ListPager(new ClusterEventSource(connection), new EventListRequest { Limit = 500 }, CancellationToken.None);
        Assert.NotNull(await pager.NextAsync());
        var error = await Assert.ThrowsAsync<EventStoreException>(() => pager.NextAsync());
        Assert.False(error.IsTransient);
    }

    [Theory]
    [InlineData("""{"versions":["v1"],"versions":["v1"]}""")]
    [InlineData("""{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"a","name":"b"}}]}""")]
    public async Task A_field_that_stands_twice_in_discovery_is_a_bad_answer(string json)
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json(json));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => new ResourceMapper(connection).GetResourcesAsync());
        Assert.Equal(ClusterConnectionFailure.BadAnswer, error.Failure);
    }

    /// <summary>A gateway that wants a login answers with success, too: that is not the news that there is nothing.</summary>
    [Theory]
    [InlineData("/api")]
    [InlineData("/apis")]
    [InlineData("/api/v1/pods")]
    [InlineData("/api/v1/namespaces/default/pods/a")]
    public async Task Something_else_than_what_was_asked_for_is_a_bad_answer(string path)
    {
        foreach (var json in new[] { """{"login":"please"}""", "[]", "\"ok\"" })
        {
            var server = new DiscoveryServer { IsAggregated = false }.Add("v1", "pods", "Pod");
            using var handler = new FakeHandler(request => request.PathAndQuery.Split('?')[0] == path ? FakeHandler.Json(json) : server.Answer(request));
            using var connection = Clusters.Over(handler);
            var mapper = new ResourceMapper(connection);
            Func<Task> ask = path switch
            {
                "/api/v1/pods" => () => mapper.GetNamesAsync(Pods, null, 10),
                _ => () => mapper.GetObjectAsync("pod/a", "default"),
            };
            Assert.Equal(ClusterConnectionFailure.BadAnswer, (await Assert.ThrowsAsync<ClusterConnectionException>(ask)).Failure);
        }
    }

    [Fact]
    public async Task An_API_group_that_answers_something_else_did_not_answer()
    {
        var server = new DiscoveryServer { IsAggregated = false }.Add("v1", "pods", "Pod").Add("cache.example.com/v1", "redises", "Redis");
        using var handler = new FakeHandler(request => request.PathAndQuery == "/apis/cache.example.com/v1" ? FakeHandler.Json("""{"login":"please"}""") : server.Answer(request));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ResourceNotFoundException>(() => new ResourceMapper(connection).ResolveAsync("redis").AsTask());
        Assert.Equal(["cache.example.com/v1"], error.Unanswered);
    }

    [Fact]
    public async Task A_name_of_an_API_group_steers_no_terminal()
    {
        var server = new DiscoveryServer { IsAggregated = false }.Add("v1", "pods", "Pod").Add("cache.example.com/v1", "redises", "Redis");
        using var handler = new FakeHandler(request => request.PathAndQuery == "/apis"
            ? FakeHandler.Json("""{"groups":[{"name":"a\u001b]0;b","versions":[{"groupVersion":"a\u001b]0;b/v1","version":"v1"}]}]}""")
            : request.PathAndQuery.StartsWith("/apis/a", StringComparison.Ordinal) ? FakeHandler.Text("no", System.Net.HttpStatusCode.ServiceUnavailable) : server.Answer(request));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ResourceNotFoundException>(() => new ResourceMapper(connection).ResolveAsync("redis").AsTask());
        Assert.Equal(["a^[]0;b/v1"], error.Unanswered);
    }

    [Theory]
    [InlineData("{\"a\":tru\u001b]0;PWNED\a}")]
    [InlineData("{\"kind\":\"\\u001b]0;PWNED\"}")]
    public async Task No_error_of_what_is_no_answer_steers_a_terminal(string body)
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json(body));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => new ClusterEventSource(connection).ListAsync(new EventListRequest(), default).AsTask());
        Assert.DoesNotContain("\u001b", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_does_one_of_the_transport()
    {
        using var handler = new FakeHandler(_ => throw new HttpRequestException(HttpRequestError.InvalidResponse, "no", new HttpIOException(HttpRequestError.InvalidResponse, "Received an invalid header name: '\u001b]0;PWNED'.")));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.WriteAsync(new ApiRequest(HttpMethod.Post, "/", "{}"u8.ToArray()), (_, _) => new ValueTask<int>(0), CancellationToken.None));
        Assert.DoesNotContain("\u001b", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpRequestError.InvalidResponse, Assert.IsType<HttpRequestException>(error.InnerException).HttpRequestError);
    }

    [Fact]
    public async Task What_has_to_do_with_an_object_that_is_answered_as_something_else_is_not_known()
    {
        var server = new DiscoveryServer().Add("v1", "pods", "Pod");
        using var handler = new FakeHandler(request => request.PathAndQuery.StartsWith("/api/v1/", StringComparison.Ordinal) ? FakeHandler.Json("""{"login":"please"}""") : server.Answer(request));
        using var connection = Clusters.Over(handler);
        var result = await new RelatedObjects(new ResourceMapper(connection)).FindAsync([new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = "default", Name = "a" }]);
        Assert.Contains(result.Unread, it => it.StartsWith("pod/a could not be read: Not the answer of an API server", StringComparison.Ordinal));
    }

    [Fact]
    public async Task So_it_is_in_an_object()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("""{"metadata":{"name":"a","name":"b"}}"""));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => new ResourceMapper(connection).GetObjectAsync(Pods, "default", "a"));
        Assert.Equal(ClusterConnectionFailure.BadAnswer, error.Failure);
    }
}
