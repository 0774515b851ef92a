using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EventRecording.Cluster;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventRecording.Tests.Cluster.Transport;

public class ConnectionBoundsTests
{
    private static readonly ReadOnlyMemory<byte> Authority = TestCertificates.Pem(TestCertificates.Authority);

    [Fact]
    public async Task An_answer_that_is_larger_than_allowed_is_an_error()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json($"{{\"x\":\"{new string('x', 2000)}\"}}"));
        using var connection = new ClusterConnection(Clusters.Configuration, new ClusterConnectionOptions { Handler = handler, MaxResponseBytes = 1000 });
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal(ClusterConnectionFailure.BadAnswer, error.Failure);
        Assert.StartsWith($"Not the answer of an API server from {Clusters.Configuration}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_even_shake_hands_is_given_up()
    {
        var withComma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        withComma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = withComma;
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var configuration = Clusters.Configuration with { Server = new Uri($"https://{silent.LocalEndpoint}") };
        using var connection = new ClusterConnection(configuration, new ClusterConnectionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal(ClusterConnectionFailure.Unreachable, error.Failure);
        Assert.Equal($"Cannot reach the API server {configuration}: no connection within 0.1 s.", error.Message);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    [InlineData("socks4")]
    public async Task So_is_a_proxy_that_says_nothing(string scheme)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var configuration = Clusters.Configuration with { Server = new Uri("https://127.0.0.1:6443"), Proxy = new Uri($"{scheme}://me:s3cr3t@{silent.LocalEndpoint}/s3cr3t?of=s3cr3t#s3cr3t") };
        using var connection = new ClusterConnection(configuration, new ClusterConnectionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal(ClusterConnectionFailure.Unreachable, error.Failure);
        Assert.Equal($"Cannot reach the API server {configuration} through the proxy {scheme}://{silent.LocalEndpoint}/: no connection within 0.1 s.", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(50)]
    public void A_time_that_no_timer_takes_is_an_error_before_anything_is_sent(int days)
    {
        var time = TimeSpan.FromDays(days);
        foreach (var (name, options) in new[]
        {
            ("ConnectTimeout", new ClusterConnectionOptions { ConnectTimeout = time }),
            ("RequestTimeout", new ClusterConnectionOptions { RequestTimeout = time }),
            ("WriteTimeout", new ClusterConnectionOptions { WriteTimeout = time }),
        })
        {
            var error = Assert.Throws<ArgumentException>(() => new ClusterConnection(Clusters.Configuration, options));
            Assert.StartsWith($"{name} is {time}: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Times_without_an_end_are_none()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("{}"));
        var options = new ClusterConnectionOptions { ConnectTimeout = Timeout.InfiniteTimeSpan, RequestTimeout = Timeout.InfiniteTimeSpan, WriteTimeout = Timeout.InfiniteTimeSpan, Handler = handler };
        using var connection = new ClusterConnection(Clusters.Configuration, options);
        Assert.NotNull(await connection.RequestAsync(HttpMethod.Get, "/"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_read_over_a_connection_that_has_died_lasts_no_longer_than_its_own_time_and_its_callers(bool isCancelled)
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority));
        await using var proxy = new TunnelProxy(server.Address.Port);
        var configuration = Clusters.Configuration with { Server = server.Address, CertificateAuthority = Authority, Proxy = new Uri($"http://{proxy.Authority}") };
        var time = new FakeTimeProvider();
        using var connection = new ClusterConnection(configuration, new ClusterConnectionOptions { TimeProvider = time });
        await connection.RequestAsync(HttpMethod.Get, "/");
        proxy.IsSilent = true;
        using var cancellation = new CancellationTokenSource();

        var reads = Enumerable.Range(0, 3).Select(_ => connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token)).ToArray();
        if (isCancelled)
            await cancellation.CancelAsync();
        else
            time.Advance(TimeSpan.FromSeconds(30));

        foreach (var read in reads)
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(() => read.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.True(isCancelled ? error is OperationCanceledException : error is ClusterConnectionException { Failure: ClusterConnectionFailure.Timeout }, error.ToString());
        }
    }

    [LongFact]
    public async Task A_watch_over_a_connection_that_has_died_ends_by_itself()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), async context =>
        {
            await context.Response.WriteAsync("""{"type":"BOOKMARK","object":{"kind":"Event","apiVersion":"v1","metadata":{"resourceVersion":"2"}}}""" + "\n");
            await HttpsServer.HangAsync(context);
        });
        await using var proxy = new TunnelProxy(server.Address.Port);
        using var connection = new ClusterConnection(Clusters.Configuration with { Server = server.Address, CertificateAuthority = Authority, Proxy = new Uri($"http://{proxy.Authority}") });
        var frames = new ClusterEventSource(connection).WatchAsync(new EventWatchRequest { Namespace = "wire", ResourceVersion = "1", Timeout = TimeSpan.FromHours(1) }, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
        proxy.IsSilent = true;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => frames.MoveNextAsync().AsTask().WaitAsync(patience.Token));
        Assert.Equal(ClusterConnectionFailure.Broken, error.Failure);
        await frames.DisposeAsync();
    }
}
