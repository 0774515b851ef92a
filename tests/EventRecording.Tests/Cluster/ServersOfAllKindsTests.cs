using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EventRecording.Tests.Cluster;

/// <summary>However a server answers, over real sockets and TLS: each event is written once, with as many requests at a time as are found.</summary>
public class ServersOfAllKindsTests
{
    private const int Objects = 400;
    private static readonly TimeSpan LongerThanOthersWait = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task HTTP_1_1_only() => await RecordAsync(HttpProtocols.Http1);

    [Fact]
    public async Task One_that_closes_each_connection_after_an_answer() => await RecordAsync(HttpProtocols.Http1, before: (context, _) =>
    {
        context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    });

    [Fact]
    public async Task One_request_at_a_time_on_a_connection() => await RecordAsync(HttpProtocols.Http2, maxStreams: 1);

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task At_once_or_after_a_while_in_turn(HttpProtocols protocols) => await RecordAsync(protocols, before: (context, number) =>
        number % 2 == 0 ? Task.CompletedTask : Task.Delay(LongerThanOthersWait, TimeProvider.System, context.RequestAborted));

    [Fact]
    public async Task HTTP_1_1_only_and_more_watches_than_people_have()
    {
        var opened = 0;
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), async context =>
        {
            if (!context.Request.Query.ContainsKey("watch"))
            {
                await context.Response.WriteAsync("{}");
                return;
            }

            await context.Response.Body.FlushAsync();
            Interlocked.Increment(ref opened);
            await HttpsServer.HangAsync(context);
        }, HttpProtocols.Http1);
        using var connection = Connect(server);
        var responses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => connection.OpenAsync(new EventRecording.Cluster.ApiRequest(HttpMethod.Get, "/api/v1/events?watch=1"), CancellationToken.None)));
        Assert.Equal(200, opened);
        await connection.RequestAsync(HttpMethod.Get, "/api");
        foreach (var response in responses)
            response.Dispose();
    }

    [Fact]
    public async Task One_that_is_busy_with_more_than_ten_at_a_time()
    {
        var running = 0;
        await RecordAsync(HttpProtocols.Http2, answer: async (context, next) =>
        {
            try
            {
                if (Interlocked.Increment(ref running) > 10)
                {
                    context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                    return;
                }

                await Task.Yield();
                await next();
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        });
    }

    private static ClusterConnection Connect(HttpsServer server) =>
        new(Clusters.Configuration with { Server = server.Address, CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority) });

    private static Task RecordAsync(HttpProtocols protocols, Func<HttpContext, int, Task>? before = null, int maxStreams = 100)
    {
        var number = 0;
        return RecordAsync(protocols, async (context, next) =>
        {
            if (before is not null)
                await before(context, Interlocked.Increment(ref number));
            await next();
        }, maxStreams);
    }

    private static async Task RecordAsync(HttpProtocols protocols, Func<HttpContext, Func<Task>, Task> answer, int maxStreams = 100)
    {
        await using var sandbox = new KubernetesSandbox();
        sandbox.CreateNamespace(SocketRun.Namespace);
        using var backend = new HttpMessageInvoker(sandbox.CreateHandler());
        await using var server = await HttpsServer.StartAsync(
            TestCertificates.Server(TestCertificates.Authority), context => answer(context, () => PassOnAsync(context, backend)), protocols, maxStreams: maxStreams);
        using var connection = Connect(server);
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { Combining = null, RateLimit = null });
        var recorder = broadcaster.NewRecorder("RedisOperator");
        for (var i = 0; i < Objects; i++)
            Assert.True(recorder.Event(SampleEvents.Redis with { Namespace = SocketRun.Namespace, Name = $"redis-{i}", Uid = $"b2c3d4e5-0000-4000-8000-{i:x12}" }, EventType.Normal, "ScaledUp", "replicas set to 3"));

        Assert.True((await broadcaster.FlushAsync()).IsComplete);

        Assert.Equal((Objects, Objects), (broadcaster.Statistics.Created, broadcaster.Statistics.Recorded));
        Assert.Equal(Enumerable.Repeat(1, Objects), (await SocketRun.EventsAsync(sandbox)).Select(kubeEvent => (int)kubeEvent["count"]!));
    }

    private static async Task PassOnAsync(HttpContext context, HttpMessageInvoker backend)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"http://sandbox{context.Request.Path}{context.Request.QueryString}");
        request.Content = new StreamContent(context.Request.Body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        using var answer = await backend.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = "application/json";
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
