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

    [Fact]
    public async Task So_it_is_in_an_object()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("""{"metadata":{"name":"a","name":"b"}}"""));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => new ResourceMapper(connection).GetObjectAsync(Pods, "default", "a"));
        Assert.Equal(ClusterConnectionFailure.BadAnswer, error.Failure);
    }
}
