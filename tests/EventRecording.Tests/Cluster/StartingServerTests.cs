using System.Net;
using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventRecording.Tests.Cluster;

/// <summary>An API server that has just started forbids everything, and finds no custom resource, until it has read them.</summary>
public class StartingServerTests
{
    private static readonly string Denial = Transcript.Body(Transcript.V1_20, "rights", 3).GetRawText();

    [Theory]
    [InlineData(500, 200, true)]
    [InlineData(503, 503, true)]
    [InlineData(503, 200, false)]
    [InlineData(502, 200, false)]
    [InlineData(403, 403, true)]
    [InlineData(403, 200, false)]
    [InlineData(404, 200, false)]
    [InlineData(200, 200, false)]
    public async Task A_missing_right_passes_while_the_server_starts(int readiness, int discovery, bool isStarting)
    {
        using var handler = new FakeHandler(request => request.PathAndQuery == "/api"
            ? FakeHandler.Text("", (HttpStatusCode)discovery)
            : FakeHandler.Json(Denial, HttpStatusCode.Forbidden))
        { Readiness = (HttpStatusCode)readiness };
        using var connection = Clusters.Over(handler);

        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/x"));

        Assert.Equal(isStarting ? 503 : 403, error.Status.Code);
        Assert.Equal(isStarting, WriteErrors.IsPassing(error));
        Assert.False(WriteErrors.MayBeApplied(error));
        Assert.Contains("\"limited-user\" cannot create", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_write_stays_refused_whatever_becomes_of_the_question_behind_it(bool hangs)
    {
        await using var server = await HttpsServer.StartAsync(certificate: null, async context =>
        {
            if (context.Request.Path != "/readyz")
            {
                context.Response.StatusCode = 403;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(Denial);
            }
            else if (hangs)
            {
                await HttpsServer.HangAsync(context);
            }
            else
            {
                context.Abort();
            }
        });
        using var connection = new ClusterConnection(Clusters.Configuration with { Server = server.Address }, new ClusterConnectionOptions { WriteTimeout = TimeSpan.FromMilliseconds(500) });
        var patch = new EventPatch { ApiVersion = EventApiVersion.CoreV1, Namespace = "wire", Name = "my-op-redis.1", Count = 2 };

        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => new ClusterEventSink(connection).PatchAsync(patch, CancellationToken.None).AsTask());

        Assert.True(error.Status.IsStarting);
        Assert.False(WriteErrors.MayBeApplied(error));
        Assert.Contains(server.Visits, visit => visit.Path == "/readyz");
    }

    [Fact]
    public async Task A_read_that_is_cancelled_while_its_refusal_is_looked_into_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = await HttpsServer.StartAsync(certificate: null, async context =>
        {
            if (context.Request.Path == "/readyz")
            {
                await cancellation.CancelAsync();
                await HttpsServer.HangAsync(context);
                return;
            }

            context.Response.StatusCode = 403;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Denial);
        });
        using var connection = new ClusterConnection(Clusters.Configuration with { Server = server.Address });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.RequestAsync(HttpMethod.Get, "/x", cancellationToken: cancellation.Token));
    }

    [Fact]
    public async Task What_no_start_explains_is_final_without_another_question()
    {
        foreach (var refusal in new[]
        {
            FakeHandler.Json(Transcript.Body(Transcript.V1_20, "access", 8).GetRawText(), HttpStatusCode.NotFound),
            FakeHandler.Json(Transcript.Body(Transcript.V1_20, "terminating", 1).GetRawText(), HttpStatusCode.Forbidden),
            FakeHandler.Json("""{"kind":"Status","reason":"Forbidden","code":403,"message":"events \"e\" is forbidden: exceeded quota: count"}""", HttpStatusCode.Forbidden),
        })
        {
            using var handler = new FakeHandler(_ => refusal) { Readiness = HttpStatusCode.InternalServerError };
            using var connection = Clusters.Over(handler);
            var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/x"));
            Assert.Equal((int)refusal.StatusCode, error.Status.Code);
        }
    }

    [Fact]
    public async Task A_resource_that_is_not_there_yet_is_no_final_answer()
    {
        using var handler = new FakeHandler(new DiscoveryServer().Add("v1", "pods", "Pod").Answer) { Readiness = HttpStatusCode.InternalServerError };
        using var connection = Clusters.Over(handler);
        var mapper = new ResourceMapper(connection);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => mapper.ResolveAsync("redis").AsTask());
        Assert.True(error.IsTransient);
        Assert.Contains("no resource 'redis'", error.Message, StringComparison.Ordinal);

        handler.Readiness = HttpStatusCode.OK;
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => mapper.ResolveAsync("redis").AsTask());
    }

    [Fact]
    public async Task Writes_and_watches_survive_the_start()
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox);
        Start(sandbox);
        var outcome = await run.RecordAsync();
        Assert.Equal(EventOutcomeKind.Created, outcome.Kind);
        Assert.Empty(run.Observer.Notices);

        using var connection = new ClusterConnection(Clusters.Configuration with { Server = sandbox.Address });
        var watcher = new EventWatcher(new ClusterEventSource(connection), new WaitlessTimeProvider { WatchesOpenInTime = true }, new Random(3));
        var counts = new List<int>();
        await foreach (var seen in watcher.WatchAsync(new EventQuery { Namespaces = [SocketRun.Namespace], First = 2 }))
        {
            counts.Add(seen.Event.Count);
            if (counts.Count > 1)
                continue;
            await run.RecordAsync();
            sandbox.Restart();
            Start(sandbox);
        }

        Assert.Equal([1, 2], counts);
    }

    private static void Start(KubernetesSandbox sandbox)
    {
        for (var i = 0; i < 2; i++)
        {
            sandbox.Faults.Next(Fault.Answer(403, "application/json", Denial), request => request.Resource == "events");
            sandbox.Faults.Next(Fault.Status(500, "InternalError", "[-]poststarthook/rbac/bootstrap-roles failed"), request => request.Path == "/readyz");
        }
    }
}
