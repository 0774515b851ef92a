using System.Net;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventRecording.Tests.Cluster;

public class ClusterEventSourceTests
{
    private const string Frame = """{"type":"ADDED","object":{"metadata":{"name":"w.1","resourceVersion":"5"}}}""";

    [Fact]
    public async Task A_list_is_asked_for_with_all_that_narrows_it()
    {
        using var handler = new FakeHandler(FakeHandler.Json(Transcript.Body(Transcript.V1_20, "list", 0).GetRawText()));
        using var connection = Clusters.Over(handler);
        var page = await new ClusterEventSource(connection).ListAsync(
            new EventListRequest { Namespace = "wire", FieldSelector = "reason=Paged", LabelSelector = "app=redis", Limit = 3, Continue = "a+b=" }, default);

        Assert.Equal("/api/v1/namespaces/wire/events?fieldSelector=reason%3DPaged&labelSelector=app%3Dredis&limit=3&continue=a%2Bb%3D", Assert.Single(handler.Requests).PathAndQuery);
        Assert.Equal(3, page.Items.Count);
    }

    [Theory]
    [InlineData("v1", "/api/v1/events")]
    [InlineData("events.k8s.io/v1", "/apis/events.k8s.io/v1/events")]
    public async Task All_namespaces_are_listed_without_one(string apiVersion, string path)
    {
        using var handler = new FakeHandler(FakeHandler.Json("""{"kind":"EventList","metadata":{"resourceVersion":"5"},"items":[{}]}"""));
        using var connection = Clusters.Over(handler);
        var page = await new ClusterEventSource(connection).ListAsync(new EventListRequest { ApiVersion = apiVersion }, default);
        Assert.Equal(path, Assert.Single(handler.Requests).PathAndQuery);
        Assert.Equal(apiVersion, Assert.Single(page.Items).ApiVersion);
    }

    [Fact]
    public async Task All_pages_come_over_the_connection_that_there_is()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), context =>
            context.Response.WriteAsync(context.Request.Query.ContainsKey("continue") ? """{"kind":"EventList","metadata":{"resourceVersion":"5"},"items":[]}""" : """{"kind":"EventList","metadata":{"resourceVersion":"5","continue":"next"},"items":[]}"""));
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = server.Address, CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority) });
        await foreach (var _ in new EventReader(new ClusterEventSource(connection)).ListAsync(new EventQuery()))
            Assert.Fail("There are no events.");

        Assert.Equal(["HTTP/2", "HTTP/2"], server.Visits.Select(visit => visit.Protocol));
    }

    [Fact]
    public async Task A_watch_ends_with_its_connection_and_nothing_is_asked_of_it_afterwards()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), async context =>
        {
            await context.Response.WriteAsync(Frame + "\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        var connection = new ClusterConnection(new ClusterConfiguration { Server = server.Address, CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority) });
        var source = new ClusterEventSource(connection);
        var frames = source.WatchAsync(new EventWatchRequest { ResourceVersion = "1" }, default).GetAsyncEnumerator();
        Assert.True(await frames.MoveNextAsync());
        var next = frames.MoveNextAsync().AsTask();

        connection.Dispose();

        var ended = await Assert.ThrowsAsync<ClusterConnectionException>(() => next.WaitAsync(TimeSpan.FromSeconds(30)));
        var asked = await Assert.ThrowsAsync<ClusterConnectionException>(() => source.ListAsync(new EventListRequest(), default).AsTask());
        Assert.All([ended, asked], error => Assert.Equal(($"The connection to the API server {connection.Configuration} was disposed: keep it until what uses it is disposed.", false), (error.Message, error.IsTransient)));
        await frames.DisposeAsync();
    }

    [Fact]
    public async Task A_page_that_is_too_old_tells_the_token_to_go_on_with()
    {
        using var handler = new FakeHandler(FakeHandler.Json(Transcript.Body(Transcript.V1_20, "stale", 2).GetRawText(), HttpStatusCode.Gone));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(
            () => new ClusterEventSource(connection).ListAsync(new EventListRequest { Continue = "x" }, default).AsTask());
        Assert.Equal((410, "Expired"), (error.Status.Code, error.Status.Reason));
        Assert.StartsWith("eyJ2", error.Status.Continue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_is_asked_for_from_a_version_on_and_ends_when_the_server_ends_it()
    {
        using var handler = new FakeHandler(FakeHandler.Json(Frame + "\n" + Frame + "\n"));
        using var connection = Clusters.Over(handler);
        var frames = await ReadAsync(connection, TimeSpan.FromSeconds(1.5));
        Assert.Equal(
            "/api/v1/namespaces/wire/events?watch=1&allowWatchBookmarks=true&resourceVersion=4&fieldSelector=type%3DWarning&timeoutSeconds=2",
            Assert.Single(handler.Requests).PathAndQuery);
        Assert.Equal(["5", "5"], frames.Select(frame => frame.ResourceVersion));
    }

    [Fact]
    public async Task A_watch_that_is_refused_throws_the_status()
    {
        using var handler = new FakeHandler(FakeHandler.Json(
            Transcript.Steps(Transcript.V1_20, "watch")[5].GetProperty("response").GetProperty("frames")[0].GetRawText(), HttpStatusCode.InternalServerError));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => ReadAsync(connection, null));
        Assert.Equal(500, error.Status.Code);
    }

    [Fact]
    public async Task A_watch_that_ends_in_half_a_frame_is_a_broken_connection()
    {
        using var handler = new FakeHandler(FakeHandler.Json(Frame + "\n" + Frame[..20]));
        using var connection = Clusters.Over(handler);
        var frames = new List<WatchFrame>();
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => ReadAsync(connection, null, frames));
        Assert.Equal(ClusterConnectionFailure.Broken, error.Failure);
        Assert.Single(frames);
    }

    [Fact]
    public async Task A_watch_ends_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        using var handler = new FakeHandler(new HttpResponseMessage { Content = new StreamContent(new SilentStream([])) });
        using var connection = Clusters.Over(handler);
        var watch = new ClusterEventSource(connection).WatchAsync(new EventWatchRequest { ResourceVersion = "4" }, cancellation.Token).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static async Task<List<WatchFrame>> ReadAsync(ClusterConnection connection, TimeSpan? timeout, List<WatchFrame>? frames = null)
    {
        frames ??= [];
        var request = new EventWatchRequest { Namespace = "wire", ResourceVersion = "4", FieldSelector = "type=Warning", Timeout = timeout };
        await foreach (var frame in new ClusterEventSource(connection).WatchAsync(request, default))
            frames.Add(frame);
        return frames;
    }
}
