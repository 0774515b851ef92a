using System.Net;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

public class ClusterEventSinkTests
{
    private static readonly KubeEvent Event = new() { Name = "my-op-redis.1", Namespace = "wire", Reason = "ScaledUp" };
    private static readonly EventPatch Patch = new() { ApiVersion = "v1", Namespace = "wire", Name = "ad.1", Count = 2, ResourceVersion = "233326" };

    [Theory]
    [InlineData("v1", "/api/v1/namespaces/wire/events")]
    [InlineData("events.k8s.io/v1", "/apis/events.k8s.io/v1/namespaces/wire/events")]
    public async Task An_event_is_posted_to_its_namespace_through_its_group(string apiVersion, string path)
    {
        using var handler = new FakeHandler(FakeHandler.Json(Body("create", 0), HttpStatusCode.Created));
        using var connection = Clusters.Over(handler);
        var created = await new ClusterEventSink(connection).CreateAsync(Event with { ApiVersion = apiVersion }, default);

        var request = Assert.Single(handler.Requests);
        Assert.Equal(("POST", path, "application/json"), (request.Method, request.PathAndQuery, request.ContentType));
        Assert.Equal("ScaledUp", (string?)JsonNode.Parse(request.Body!)!["reason"]);
        Assert.Equal("application/json", request.Headers["Accept"]);
        Assert.StartsWith("EventRecording/", request.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("233227", created.ResourceVersion);
    }

    [Fact]
    public async Task A_patch_is_a_merge_patch_of_the_event()
    {
        using var handler = new FakeHandler(FakeHandler.Json(Body("adopt", 3)));
        using var connection = Clusters.Over(handler);
        var patched = await new ClusterEventSink(connection).PatchAsync(Patch, default);

        var request = Assert.Single(handler.Requests);
        Assert.Equal(("PATCH", "/api/v1/namespaces/wire/events/ad.1", "application/merge-patch+json"), (request.Method, request.PathAndQuery, request.ContentType));
        Assert.Equal("""{"metadata":{"resourceVersion":"233326"},"count":2}""", request.Body);
        Assert.Equal((2, "233327"), (patched.Count, patched.ResourceVersion));
    }

    [Fact]
    public async Task A_name_cannot_leave_its_place_in_the_path()
    {
        using var handler = new FakeHandler(FakeHandler.Json(Body("adopt", 3)));
        using var connection = Clusters.Over(handler);
        await new ClusterEventSink(connection).PatchAsync(Patch with { Name = "..?x=1#" }, default);
        Assert.Equal("/api/v1/namespaces/wire/events/..%3Fx%3D1%23", Assert.Single(handler.Requests).PathAndQuery);
    }

    [Theory]
    [InlineData("wire", "..")]
    [InlineData("..", "ad.1")]
    [InlineData("a/b", "ad.1")]
    [InlineData("wire", "%2e%2e")]
    public async Task What_nothing_can_be_named_is_an_error_before_anything_is_sent(string ns, string name)
    {
        using var handler = new FakeHandler(FakeHandler.Json(Body("adopt", 3)));
        using var connection = Clusters.Over(handler);
        await Assert.ThrowsAsync<ArgumentException>(async () => await new ClusterEventSink(connection).PatchAsync(Patch with { Namespace = ns, Name = name }, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await new ClusterEventSource(connection).ListAsync(new EventListRequest { Namespace = ".." }, default));
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData("create", 1, 409, "AlreadyExists")]
    [InlineData("adopt", 4, 409, "Conflict")]
    [InlineData("terminating", 1, 403, "Forbidden")]
    [InlineData("limits", 0, 500, "")]
    [InlineData("limits", 2, 422, "Invalid")]
    public async Task A_refusal_carries_the_status_of_the_server(string scenario, int step, int code, string reason)
    {
        using var handler = new FakeHandler(FakeHandler.Json(Body(scenario, step), (HttpStatusCode)code));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => new ClusterEventSink(connection).CreateAsync(Event, default).AsTask());
        Assert.Equal((code, reason), (error.Status.Code, error.Status.Reason));
        Assert.Contains(error.Status.Message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("[]")]
    public async Task An_answer_that_is_no_event_is_no_refusal_since_the_write_may_have_happened(string body)
    {
        using var handler = new FakeHandler(FakeHandler.Json(body, HttpStatusCode.Created));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => new ClusterEventSink(connection).CreateAsync(Event, default).AsTask());
        Assert.Equal(ClusterConnectionFailure.BadAnswer, error.Failure);
        Assert.False(error.WasNotSent);
    }

    [Fact]
    public async Task Another_group_than_the_two_is_an_error_before_anything_is_sent()
    {
        using var handler = new FakeHandler();
        using var connection = Clusters.Over(handler);
        await Assert.ThrowsAsync<ArgumentException>(() => new ClusterEventSink(connection).CreateAsync(Event with { ApiVersion = "apps/v1" }, default).AsTask());
        Assert.Empty(handler.Requests);
    }

    private static string Body(string scenario, int step) => Transcript.Body(Transcript.V1_20, scenario, step).GetRawText();
}
