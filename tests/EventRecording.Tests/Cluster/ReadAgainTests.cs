using System.Net;
using System.Net.Sockets;
using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

/// <summary>What is read is asked for again where the server says when, and where the connection had died.</summary>
public class ReadAgainTests
{
    private readonly WaitlessTimeProvider _time = new() { RequestsTakeNoTime = true };

    [Theory]
    [InlineData("list")]
    [InlineData("object")]
    [InlineData("resources")]
    [InlineData("names")]
    public async Task Whatever_is_read_waits_as_long_as_the_server_asks(string what)
    {
        await using var sandbox = new KubernetesSandbox();
        sandbox.Put(CmdletBench.Definition);
        sandbox.Put("""{"apiVersion":"cache.example.com/v1","kind":"Redis","metadata":{"name":"r1","namespace":"default"}}""");
        using var connection = Clusters.Over(sandbox.CreateHandler(), time: _time);
        var mapper = new ResourceMapper(connection);
        var redises = await mapper.ResolveAsync("rd");
        if (what == "resources")
            mapper = new ResourceMapper(connection);
        sandbox.Faults.Next(Fault.TooManyRequests(TimeSpan.FromSeconds(1))).Next(Fault.TooManyRequests(TimeSpan.FromSeconds(2)));

        switch (what)
        {
            case "list":
                Assert.Empty(await new EventReader(new ClusterEventSource(connection)).ListSortedAsync(new EventQuery { Namespaces = ["default"] }));
                break;
            case "object":
                Assert.Equal("r1", (await mapper.GetObjectAsync(redises, "default", "r1")).Reference.Name);
                break;
            case "resources":
                Assert.NotEmpty(await mapper.GetResourcesAsync());
                break;
            default:
                Assert.Equal(["r1"], await mapper.GetNamesAsync(redises, "default", 10));
                break;
        }

        Assert.Equal([1, 2], _time.Waits.Select(wait => wait.TotalSeconds).Order());
    }

    [Fact]
    public async Task Pages_that_were_read_are_not_lost_by_one_that_must_wait()
    {
        using var handler = new FakeHandler(Page("a", "next"), Busy(429, 1), Page("b", null));
        using var connection = Clusters.Over(handler, time: _time);
        var events = new List<string?>();
        await foreach (var item in new EventReader(new ClusterEventSource(connection)).ListAsync(new EventQuery()))
            events.Add(item.Name);
        Assert.Equal(["a", "b"], events);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Ten_waits_are_the_most(int code)
    {
        using var handler = new FakeHandler(_ => Busy(code, 1));
        using var connection = Clusters.Over(handler, time: _time);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal((code, 11, 10), (error.Status.Code, handler.Requests.Count, _time.Waits.Count));
    }

    [Theory]
    [InlineData(30, 60, 1)]
    [InlineData(5, 2, 3)]
    [InlineData(5, int.MaxValue, 1)]
    [InlineData(-1, 299, 11)]
    [InlineData(-1, int.MaxValue, 1)]
    public async Task No_wait_goes_beyond_the_time_of_the_request(int timeoutSeconds, int retryAfter, int requests)
    {
        var timeout = timeoutSeconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(timeoutSeconds);
        using var handler = new FakeHandler(_ => Busy(429, retryAfter));
        using var connection = new ClusterConnection(Clusters.Configuration, new ClusterConnectionOptions { Handler = handler, TimeProvider = new LongWaits(), RequestTimeout = timeout });
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal((429, requests), (error.Status.Code, handler.Requests.Count));
    }

    [Fact]
    public async Task What_is_asked_again_has_the_time_that_is_left()
    {
        var time = new FakeTimeProvider();
        var silent = false;
        using var handler = new FakeHandler(_ => silent ? new HttpResponseMessage { Content = new StreamContent(new SilentStream([])) } : Busy(429, 20));
        using var connection = Clusters.Over(handler, time: time);
        var request = connection.RequestAsync(HttpMethod.Get, "/");
        silent = true;
        time.Advance(TimeSpan.FromSeconds(20));
        await SpoolRun.Until(() => handler.Requests.Count == 2);
        Assert.False(request.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => request.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(ClusterConnectionFailure.Timeout, error.Failure);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task A_write_a_refusal_without_a_time_and_one_for_good_are_not_asked_again()
    {
        var answers = new Queue<HttpResponseMessage>([Busy(429, 1), Busy(429, 1), Busy(503, null), Busy(429, null), Busy(403, 1)]);
        using var handler = new FakeHandler(_ => answers.Dequeue());
        using var connection = Clusters.Over(handler, time: _time);
        await Assert.ThrowsAsync<KubernetesApiException>(() => new ClusterEventSink(connection).CreateAsync(SampleEvents.Named("a"), default).AsTask());
        await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Post, "/"));
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal((5, 0), (handler.Requests.Count, _time.Waits.Count));
    }

    /// <summary>It waits by itself, and says so.</summary>
    [Fact]
    public async Task The_opening_of_a_watch_is_left_to_the_watch()
    {
        using var handler = new FakeHandler(Busy(429, 1));
        using var connection = Clusters.Over(handler, time: _time);
        var watch = new ClusterEventSource(connection).WatchAsync(new EventWatchRequest { ResourceVersion = "4" }, default).GetAsyncEnumerator();
        await Assert.ThrowsAsync<KubernetesApiException>(() => watch.MoveNextAsync().AsTask());
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task Whoever_is_cancelled_while_it_waits_can_say_why_it_waited()
    {
        var time = new FakeTimeProvider();
        using var cancellation = new CancellationTokenSource();
        using var handler = new FakeHandler(Busy(429, 1));
        using var connection = Clusters.Over(handler, time: time);
        var request = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Equal(429, Assert.IsType<KubernetesApiException>(error.InnerException).Status.Code);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task Each_wait_is_a_verbose_line()
    {
        using var handler = new FakeHandler(Busy(429, 2), FakeHandler.Json("{}"));
        var connection = Clusters.Over(handler, time: _time);
        await using var session = Clusters.Session(connection, time: _time);
        connection.Waiting += (_, _) => throw new InvalidOperationException("The log is full.");
        var told = new List<CmdletMessage>();
        using var _ = session.Link.Notices.Subscribe(told.Add);
        await connection.RequestAsync(HttpMethod.Get, "/");
        var line = Assert.IsType<WaitingMessage>(Assert.Single(told)).Text;
        Assert.Equal($"The API server answered 429 TooManyRequests: slow down, from {Clusters.Configuration}. It is asked again in 2 s.", line);
    }

    [Theory]
    [InlineData(1, 2, 0, true)]
    [InlineData(4, 5, 3, true)]
    [InlineData(10, 11, 9, true)]
    [InlineData(11, 11, 9, false)]
    public async Task A_read_whose_connection_broke_is_sent_again_at_once_and_then_each_second(int breaks, int requests, int waits, bool succeeds)
    {
        var left = breaks;
        using var handler = new FakeHandler(_ => left-- > 0 ? throw Reset() : FakeHandler.Json("{}"));
        using var connection = Clusters.Over(handler, time: _time);
        var request = connection.RequestAsync(HttpMethod.Get, "/");
        if (succeeds)
            await request;
        else
            Assert.Equal(ClusterConnectionFailure.Broken, (await Assert.ThrowsAsync<ClusterConnectionException>(() => request)).Failure);
        Assert.Equal(requests, handler.Requests.Count);
        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(1), waits), _time.Waits);
    }

    /// <summary>As behind a load balancer whose servers are all restarting.</summary>
    [Fact]
    public async Task A_read_is_sent_again_where_connections_fall_before_the_handshake_is_over()
    {
        var certificate = TestCertificates.Server(TestCertificates.Authority, "cluster.example.com");
        await using var server = await HttpsServer.StartAsync(certificate);
        var falls = 3;
        server.Shown += () => server.Certificate = falls-- > 0 ? null : certificate;
        await using var proxy = new TunnelProxy(server.Address.Port);
        using var connection = new ClusterConnection(
            Clusters.Configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority), Proxy = new Uri($"http://{proxy.Authority}") },
            new ClusterConnectionOptions { TimeProvider = _time });
        await connection.RequestAsync(HttpMethod.Get, "/");
        Assert.Equal(2, _time.Waits.Count(wait => wait == TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Whoever_refuses_connections_is_not_asked_again()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var configuration = Clusters.Configuration with { Server = new Uri($"https://{nobody.LocalEndpoint}") };
        nobody.Stop();
        using var connection = new ClusterConnection(configuration, new ClusterConnectionOptions { TimeProvider = _time });
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal(ClusterConnectionFailure.Unreachable, error.Failure);
        Assert.DoesNotContain(TimeSpan.FromSeconds(1), _time.Waits);
    }

    [Fact]
    public async Task A_write_whose_connection_broke_and_an_answer_that_breaks_off_are_not_asked_again()
    {
        using var handler = new FakeHandler(request => request.Method == "POST" ? throw Reset() : new HttpResponseMessage { Content = new StreamContent(new BrokenStream()) });
        using var connection = Clusters.Over(handler, time: _time);
        await Assert.ThrowsAsync<ClusterConnectionException>(() => new ClusterEventSink(connection).CreateAsync(SampleEvents.Named("a"), default).AsTask());
        await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Post, "/"));
        await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal(3, handler.Requests.Count);
    }

    [Fact]
    public async Task A_firewall_that_forgot_an_idle_connection_costs_no_read()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority, "cluster.example.com"));
        await using var proxy = new TunnelProxy(server.Address.Port);
        using var connection = new ClusterConnection(Clusters.Configuration with { CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority), Proxy = new Uri($"http://{proxy.Authority}") });
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal("HTTP/2", (string?)(await connection.RequestAsync(HttpMethod.Get, "/"))["protocol"]);
            proxy.ForgetTunnels();
        }

        Assert.Equal(3, proxy.Tunnels.Count);
    }

    private static HttpResponseMessage Busy(int code, int? retryAfter)
    {
        var answer = FakeHandler.Text("slow down", (HttpStatusCode)code);
        if (retryAfter is { } seconds)
            answer.Headers.TryAddWithoutValidation("Retry-After", $"{seconds}");
        return answer;
    }

    private static HttpResponseMessage Page(string name, string? next) =>
        FakeHandler.Json($$$"""{"kind":"EventList","metadata":{"resourceVersion":"5","continue":"{{{next}}}"},"items":[{"metadata":{"name":"{{{name}}}"}}]}""");

    private static HttpRequestException Reset() => new("An error occurred.", new IOException("Unable to read.", new SocketException((int)SocketError.ConnectionReset)));

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(new IOException("broken"));
    }

    /// <summary>Skips waits of any length.</summary>
    private sealed class LongWaits : FakeTimeProvider
    {
        public LongWaits() => RequestsTakeNoTime = true;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (state is not CancellationTokenSource && dueTime > TimeSpan.Zero)
                Advance(dueTime);
            return timer;
        }
    }
}
