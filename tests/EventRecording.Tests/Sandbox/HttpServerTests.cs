using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

/// <summary>The server speaks HTTP/1.1 to good clients and survives bad ones.</summary>
public sealed class HttpServerTests : IAsyncTeardown
{
    private readonly KubernetesSandbox _sandbox = KubernetesSandbox.Start();

    public async ValueTask DisposeAsync()
    {
        using var client = OverTcp(_sandbox);
        // Whatever a test did, the server still answers.
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("GET", "/version")).Status);
        await _sandbox.DisposeAsync();
    }

    [Theory]
    [InlineData("NONSENSE\r\n\r\n", 400)]
    [InlineData("GET  / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /version HTTP/2.0\r\n\r\n", 400)]
    [InlineData("GET version HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /version HTTP/1.1\r\nbad header\r\n\r\n", 400)]
    [InlineData("GET /version HTTP/1.1\r\n: x\r\n\r\n", 400)]
    [InlineData("POST /api/v1/namespaces/default/events HTTP/1.1\r\nContent-Length: many\r\n\r\n", 400)]
    [InlineData("POST /api/v1/namespaces/default/events HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400)]
    [InlineData("POST /api/v1/namespaces/default/events HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("POST /api/v1/namespaces/default/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400)]
    [InlineData("POST /api/v1/namespaces/default/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", 400)]
    [InlineData("POST /api/v1/namespaces/default/events HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", 413)]
    [InlineData("POST /api/v1/namespaces/default/events HTTP/1.1\r\nContent-Length: 99\r\n\r\n{}", 400)]
    [InlineData("HEAD /version HTTP/1.1\r\n\r\n", 405)]
    [InlineData("GET /version HTTP/1.1\r\nHost: x", 400)]
    public async Task What_is_no_request_is_answered_and_ended(string request, int status)
    {
        var answer = await ExchangeAsync(request);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_without_end_are_refused() =>
        Assert.StartsWith("HTTP/1.1 431 ", await ExchangeAsync("GET /version HTTP/1.1\r\nX: " + new string('x', 200_000)), StringComparison.Ordinal);

    [Fact]
    public async Task A_body_of_more_than_3_MiB_is_refused_with_a_status()
    {
        using var client = OverTcp(_sandbox);
        var (status, body) = await client.SendAsync("POST", Events, new string(' ', 3 * 1024 * 1024 + 1));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge"), (status, (string)body["reason"]!));
    }

    [Fact]
    public async Task A_body_may_come_in_chunks_with_trailers()
    {
        var body = Event("a.1");
        var (first, second) = (body[..100], body[100..]);
        var answer = await ExchangeAsync(
            $"POST {Events} HTTP/1.1\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"{first.Length:x}\r\n{first}\r\n{second.Length:X};extension=1\r\n{second}\r\n0\r\nTrailer: x\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 201 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_may_follow_each_other_without_waiting_and_in_any_pieces()
    {
        var requests = string.Concat(Enumerable.Repeat("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 3)) + "GET /healthz HTTP/1.0\r\n\r\n";
        var answer = await ExchangeAsync(requests, pieces: 7);
        Assert.Equal(4, answer.Split("HTTP/1.1 200 OK").Length - 1);
    }

    [Fact]
    public async Task A_client_that_asks_before_it_sends_a_body_is_told_to_go_on()
    {
        using var client = new HttpClient { BaseAddress = _sandbox.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, Events) { Content = new StringContent(Event("a.1"), Encoding.UTF8, "application/json") };
        request.Headers.ExpectContinue = true;
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task A_watch_whose_client_went_away_does_not_disturb_the_others()
    {
        using (var gone = await ConnectAsync())
        {
            await gone.SendAsync(Encoding.ASCII.GetBytes($"GET {Events}?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n"));
            Assert.True(await gone.ReceiveAsync(new byte[1000]) > 0);
        }
        using var client = OverTcp(_sandbox);
        using var watch = await client.WatchAsync(Events + "?watch=1");
        await client.SendAsync("POST", Events, Event("a.1"));
        Assert.StartsWith("""{"type":"ADDED",""", await watch.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_clients_write_at_once_and_every_write_has_its_version()
    {
        const int Writers = 64, Writes = 20;
        using var client = OverTcp(_sandbox);
        using var watch = await client.WatchAsync(Events + "?watch=1");
        var before = _sandbox.ResourceVersion;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; i < Writes; i++)
                Assert.Equal(HttpStatusCode.Created, (await client.SendAsync("POST", Events, Event($"w{writer}.{i}"))).Status);
        }));
        var versions = new List<long>();
        for (var i = 0; i < Writers * Writes; i++)
        {
            var frame = System.Text.Json.Nodes.JsonNode.Parse((await watch.ReadLineAsync())!)!;
            versions.Add(long.Parse((string)frame["object"]!["metadata"]!["resourceVersion"]!, System.Globalization.CultureInfo.InvariantCulture));
        }
        Assert.Equal(Enumerable.Range(1, Writers * Writes).Select(i => before + i), versions);
    }

    [Fact]
    public async Task Patches_of_one_event_at_once_lose_nothing()
    {
        using var client = OverTcp(_sandbox);
        await client.SendAsync("POST", Events, Event("a.1"));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            client.SendAsync("PATCH", Events + "/a.1", $$"""{ "metadata": { "annotations": { "a{{i}}": "" } } }""", MergePatch)));
        Assert.Equal(100, (await client.GetAsync(Events + "/a.1"))["metadata"]!["annotations"]!.AsObject().Count);
    }

    [Fact]
    public async Task An_answer_says_what_time_it_is()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
        await using var sandbox = KubernetesSandbox.Start(new SandboxOptions { TimeProvider = time });
        foreach (var client in new[] { OverTcp(sandbox), InProcess(sandbox) })
        {
            using var response = await client.SendRawAsync("GET", "/version");
            Assert.Equal(time.GetUtcNow(), response.Headers.Date);
            client.Dispose();
        }
    }

    [Theory]
    [InlineData(129, "gzip", true)]
    [InlineData(129, "br, gzip", true)]
    [InlineData(129, "gzip;q=0.5", false)]
    [InlineData(129, "br", false)]
    [InlineData(129, null, false)]
    [InlineData(127, "gzip", false)]
    public async Task More_than_128_KiB_are_compressed_for_who_accepts_it(int kibibytes, string? accepted, bool isCompressed)
    {
        var action = new string('a', kibibytes * 1024);
        _sandbox.Put(Event("e.1", extra: $", \"action\": \"{action}\""));
        using var overTcp = new HttpClient { BaseAddress = _sandbox.Address };
        using var inProcess = new HttpClient(_sandbox.CreateHandler()) { BaseAddress = _sandbox.Address };
        foreach (var client in new[] { overTcp, inProcess })
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", accepted);
            using var response = await client.GetAsync(new Uri($"{Events}/e.1", UriKind.Relative));
            Assert.Equal(isCompressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
            Assert.Equal(isCompressed ? ["Accept-Encoding"] : [], response.Headers.Vary);
            await using var body = await response.Content.ReadAsStreamAsync();
            using var json = await JsonDocument.ParseAsync(isCompressed ? new GZipStream(body, CompressionMode.Decompress) : body);
            Assert.Equal(action, json.RootElement.GetProperty("action").GetString());
        }
    }

    [Fact]
    public void The_kubeconfig_names_the_server_and_the_token()
    {
        using var sandbox = KubernetesSandbox.Start(new SandboxOptions { Users = [SandboxUser.Administrator("secret-1")] });
        Assert.Contains($"server: \"http://127.0.0.1:{sandbox.Address.Port}\"", sandbox.Kubeconfig, StringComparison.Ordinal);
        Assert.Contains("token: \"secret-1\"", sandbox.Kubeconfig, StringComparison.Ordinal);
        Assert.Contains("namespace: default", sandbox.Kubeconfig, StringComparison.Ordinal);
        Assert.Equal("system:admin", sandbox.Options.Users[0].ToString());
    }

    private async Task<string> ExchangeAsync(string request, int pieces = 1)
    {
        using var socket = await ConnectAsync();
        var bytes = Encoding.UTF8.GetBytes(request);
        foreach (var piece in bytes.Chunk(bytes.Length / pieces + 1))
            await socket.SendAsync(piece);
        socket.Shutdown(SocketShutdown.Send);
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer) is > 0 and var count)
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return answer.ToString();
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, _sandbox.Address.Port);
        return socket;
    }
}
