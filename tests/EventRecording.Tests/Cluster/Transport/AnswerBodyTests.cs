using System.IO.Compression;
using System.Net;
using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Transport;

public class AnswerBodyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_long_list_comes_compressed_and_is_whole(bool overTcp)
    {
        await using var sandbox = KubernetesSandbox.Start();
        for (var number = 0; number < 700; number++)
            sandbox.Put($$"""{"apiVersion":"v1","kind":"Event","metadata":{"name":"e.{{number}}","namespace":"default"},"involvedObject":{"namespace":"default"},"message":"{{new string('m', 500)}}{{number}}"}""");
        using var connection = Clusters.Of(sandbox, overTcp);

        var messages = new List<string?>();
        await foreach (var item in new EventReader(new ClusterEventSource(connection)).ListAsync(new EventQuery()))
            messages.Add(item.Message);

        Assert.Equal(700, messages.Distinct().Count());
        Assert.Equal(["gzip", "gzip"], sandbox.Requests.Select(request => request.Headers["Accept-Encoding"]));
    }

    [Fact]
    public async Task Nothing_compressed_is_wanted_of_a_watch_and_of_a_write()
    {
        using var handler = new FakeHandler(request => FakeHandler.Json(request.Method == "GET" ? "" : "{}"));
        using var connection = Clusters.Over(handler);
        await foreach (var _ in new ClusterEventSource(connection).WatchAsync(new EventWatchRequest { ResourceVersion = "4" }, default))
            Assert.Fail("There are no frames.");
        await new ClusterEventSink(connection).CreateAsync(SampleEvents.Named("a"), default);

        // Of a write nothing is said: its answer is short.
        Assert.Equal([("GET", "identity"), ("POST", null)], handler.Requests.Select(request => (request.Method, request.Headers.GetValueOrDefault("Accept-Encoding"))));
    }

    [Fact]
    public async Task A_watch_that_a_gateway_compresses_is_read_as_it_comes()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("""{"type":"ADDED","object":{"metadata":{"name":"w.1","resourceVersion":"5"}}}"""u8.ToArray());
            await gzip.WriteAsync("\n"u8.ToArray());
            await gzip.FlushAsync();
            await context.Response.Body.FlushAsync();
            await HttpsServer.HangAsync(context);
        });
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = server.Address, CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority) });
        using var end = new CancellationTokenSource();
        await using var frames = new ClusterEventSource(connection).WatchAsync(new EventWatchRequest { ResourceVersion = "4" }, end.Token).GetAsyncEnumerator(end.Token);
        Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal("5", frames.Current.ResourceVersion);
        await end.CancelAsync();
    }

    [Fact]
    public async Task A_refusal_that_a_proxy_compressed_is_read()
    {
        using var handler = new FakeHandler(SaidToBeGzip(Gzip.Of("""{"kind":"Status","code":403,"reason":"Forbidden","message":"no"}"""), HttpStatusCode.Forbidden));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal((403, "no"), (error.Status.Code, error.Status.Message));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "Unauthorized")]
    [InlineData(HttpStatusCode.Forbidden, "")]
    public async Task A_refusal_under_a_header_that_is_wrong_stays_that_refusal(HttpStatusCode code, string reason)
    {
        using var handler = new FakeHandler(_ => SaidToBeGzip("Denied by the gateway."u8.ToArray(), code));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal(((int)code, reason), (error.Status.Code, error.Status.Reason));
    }

    [Fact]
    public async Task A_kubeconfig_can_forgo_it()
    {
        using var handler = new FakeHandler(FakeHandler.Json("{}"));
        using var connection = new ClusterConnection(Clusters.Configuration with { DisableCompression = true }, new ClusterConnectionOptions { Handler = handler });
        await connection.RequestAsync(HttpMethod.Get, "/");
        Assert.False(Assert.Single(handler.Requests).Headers.ContainsKey("Accept-Encoding"));
    }

    [Fact]
    public async Task What_is_only_said_to_be_compressed_is_no_answer()
    {
        var error = await ReadAsync(SaidToBeGzip("{}"u8.ToArray()));
        Assert.Equal(ClusterConnectionFailure.BadAnswer, error.Failure);
        Assert.Equal($"Not the answer of an API server from {Clusters.Configuration}: it is said to be compressed with gzip, and is not, or is damaged.", error.Message);
    }

    [Fact]
    public async Task A_compressed_answer_is_as_large_as_what_is_in_it()
    {
        var error = await ReadAsync(SaidToBeGzip(Gzip.Of($"{{\"x\":\"{new string('x', 1_000_000)}\"}}")));
        Assert.Equal(ClusterConnectionFailure.BadAnswer, error.Failure);
        Assert.EndsWith("The answer is larger than 100000 bytes.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_answer_that_breaks_off_is_no_answer()
    {
        var whole = Gzip.Of($"{{\"metadata\":{{}},\"items\":[{string.Join(',', Enumerable.Range(0, 1000).Select(number => $"{{\"message\":\"{number}\"}}"))}]}}");
        using var handler = new FakeHandler(SaidToBeGzip(whole[..(whole.Length / 2)]));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => new ClusterEventSource(connection).ListAsync(new EventListRequest(), default).AsTask());
        Assert.Equal(ClusterConnectionFailure.Broken, error.Failure);
    }

    private static async Task<ClusterConnectionException> ReadAsync(HttpResponseMessage answer)
    {
        using var handler = new FakeHandler(answer);
        using var connection = new ClusterConnection(Clusters.Configuration, new ClusterConnectionOptions { Handler = handler, MaxResponseBytes = 100_000 });
        return await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
    }

    private static HttpResponseMessage SaidToBeGzip(byte[] body, HttpStatusCode code = HttpStatusCode.OK)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentEncoding.Add("gzip");
        return new HttpResponseMessage(code) { Content = content };
    }
}
