using System.Net;
using System.Net.Sockets;
using EventRecording.Cluster;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventRecording.Tests.Cluster.Transport;

/// <summary>Whether a write that got no answer can have been applied: seen from servers on real sockets.</summary>
public class SentOrNotTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_server_that_takes_connections_and_never_answers_was_sent_nothing()
    {
        using var server = Listen();
        using var connection = Connect(server.LocalEndpoint, connect: Soon);

        var error = await WriteAsync(connection);

        Assert.Equal((ClusterConnectionFailure.Unreachable, true, true), (error.Failure, error.WasNotSent, error.IsTransient));
        Assert.Equal($"Cannot reach the API server {connection.Configuration}: no connection within 0.2 s.", error.Message);
    }

    [Fact]
    public async Task Each_of_many_writes_that_wait_for_the_same_connection_ends_as_not_sent()
    {
        using var server = Listen();
        using var connection = Connect(server.LocalEndpoint, connect: Soon);

        var errors = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => WriteAsync(connection)));

        Assert.All(errors, error => Assert.Equal((ClusterConnectionFailure.Unreachable, true), (error.Failure, error.WasNotSent)));
    }

    [Fact]
    public async Task An_address_that_answers_nothing_at_all_was_sent_nothing()
    {
        using var full = new FullListener();
        using var connection = Connect(full.EndPoint, connect: Soon);

        var error = await WriteAsync(connection);

        Assert.Equal((ClusterConnectionFailure.Unreachable, true), (error.Failure, error.WasNotSent));
    }

    [Fact]
    public async Task Connections_that_are_reset_in_the_handshake_were_sent_nothing()
    {
        using var server = Listen();
        using var stop = new CancellationTokenSource();
        var resetting = ResetAllAsync(server, stop.Token);
        using var connection = Connect(server.LocalEndpoint, connect: Never);

        for (var round = 0; round < 10; round++)
        {
            var errors = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => WriteAsync(connection)));
            Assert.All(errors, error => Assert.True(error.WasNotSent, error.ToString()));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resetting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_is_cancelled_says_whether_it_was_sent(bool answersTls)
    {
        var arrived = new TaskCompletionSource();
        using var silent = Listen();
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), context => HangAsync(context, arrived));
        using var connection = Connect(answersTls ? IPEndPoint.Parse(server.Address.Authority) : silent.LocalEndpoint, connect: Never);
        using var cancellation = new CancellationTokenSource();

        var write = WriteAsync(connection, cancellation.Token);
        await (answersTls ? arrived.Task : silent.AcceptSocketAsync());
        await cancellation.CancelAsync();

        var error = await write;
        Assert.Equal((ClusterConnectionFailure.Timeout, !answersTls), (error.Failure, error.WasNotSent));
    }

    [Fact]
    public async Task The_time_of_a_write_begins_when_it_is_connected()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), context => HangAsync(context, arrived));
        using var connection = Connect(IPEndPoint.Parse(server.Address.Authority), connect: Never, write: Soon);

        var error = await WriteAsync(connection);

        Assert.Equal((ClusterConnectionFailure.Timeout, false), (error.Failure, error.WasNotSent));
        Assert.Equal($"No answer from {connection.Configuration} within 0.2 s.", error.Message);
        Assert.True(arrived.Task.IsCompleted);
    }

    [Fact]
    public async Task A_connection_that_breaks_while_the_answer_is_awaited_may_have_brought_the_write()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var connection = Connect(IPEndPoint.Parse(server.Address.Authority), connect: Never);

        Assert.False((await WriteAsync(connection)).WasNotSent);
    }

    [Fact]
    public async Task A_connection_that_was_disposed_was_sent_nothing()
    {
        using var server = Listen();
        var connection = Connect(server.LocalEndpoint, connect: Never);
        connection.Dispose();

        var error = await WriteAsync(connection);

        Assert.Equal((ClusterConnectionFailure.Unreachable, true), (error.Failure, error.WasNotSent));
    }

    [Theory]
    [InlineData(false, false, EventOutcomeKind.Failed)]
    [InlineData(true, false, EventOutcomeKind.Unknown)]
    [InlineData(false, true, EventOutcomeKind.Spooled)]
    [InlineData(true, true, EventOutcomeKind.Spooled)]
    public async Task A_write_that_the_disposal_ends_is_told_or_kept_as_what_it_was(bool isSent, bool spools, EventOutcomeKind expected)
    {
        using var folder = new TempFolder();
        var arrived = new TaskCompletionSource();
        using var silent = Listen();
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), context => HangAsync(context, arrived));
        using var connection = Connect(isSent ? IPEndPoint.Parse(server.Address.Authority) : silent.LocalEndpoint, connect: Never);
        var options = new EventBroadcasterOptions { Spool = spools ? ClusterSpool.For(connection, folder.File("spool")) : null, DisposeDeadline = TimeSpan.Zero };
        var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), options);
        var recording = broadcaster.NewRecorder("test").RecordAsync(TestRecorder.ScaledUp);
        using var socket = isSent ? null : await silent.AcceptSocketAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await (isSent ? arrived.Task : Task.CompletedTask).WaitAsync(TimeSpan.FromMinutes(1));

        await broadcaster.DisposeAsync();

        Assert.Equal(expected, (await recording).Kind);
        if (spools)
            Assert.StartsWith(isSent ? "sent" : "unsent", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(folder.File("spool")))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_on_a_connection_that_was_disposed_is_given_up_at_once_and_says_why()
    {
        using var server = Listen();
        var connection = Connect(server.LocalEndpoint, connect: Never);
        connection.Dispose();
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection));

        var outcome = await broadcaster.NewRecorder("test").RecordAsync(TestRecorder.ScaledUp).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((EventOutcomeKind.Failed, 1), (outcome.Kind, outcome.Attempts));
        Assert.Contains("was disposed: keep it until what uses it is disposed", outcome.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_says_after_what_time()
    {
        var time = new FakeTimeProvider();
        using var server = Listen();
        using var connection = Connect(server.LocalEndpoint, connect: Never, time: time);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(7.5), time);

        var write = WriteAsync(connection, cancellation.Token);
        using var socket = await server.AcceptSocketAsync().WaitAsync(TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromSeconds(7.5));

        Assert.Equal($"No answer from {connection.Configuration} within 7.5 s, then the request was cancelled.", (await write).Message);
    }

    [Fact]
    public async Task What_was_ended_before_it_was_sent_is_never_sent()
    {
        using var late = new LateHandler();
        using var connection = new ClusterConnection(Clusters.Configuration, new ClusterConnectionOptions { Handler = late, ConnectTimeout = Soon });

        Assert.True((await WriteAsync(connection)).WasNotSent);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(late.SendNowAsync);
    }

    [Fact]
    public async Task An_outage_without_connections_leaves_every_event_in_the_spool_as_not_sent()
    {
        using var folder = new TempFolder();
        using var server = Listen();
        using var connection = Connect(server.LocalEndpoint, connect: Soon);
        var options = new EventBroadcasterOptions { Spool = ClusterSpool.For(connection, folder.File("spool")), WriteDeadline = TimeSpan.FromSeconds(1) };
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), options);

        var outcome = await broadcaster.NewRecorder("test").RecordAsync(TestRecorder.ScaledUp);

        Assert.Equal(EventOutcomeKind.Spooled, outcome.Kind);
        Assert.Equal((0, 0), (broadcaster.Statistics.Unknown, broadcaster.Statistics.Failed));
        Assert.True(outcome.Error is ClusterConnectionException { WasNotSent: true }, outcome.Error?.ToString());
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(128);
        return listener;
    }

    private static ClusterConnection Connect(EndPoint server, TimeSpan connect, TimeSpan? write = null, TimeProvider? time = null) => new(
        Clusters.Configuration with { Server = new Uri($"https://{server}"), CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority) },
        new ClusterConnectionOptions { ConnectTimeout = connect, WriteTimeout = write ?? Never, TimeProvider = time ?? TimeProvider.System });

    private static async Task<ClusterConnectionException> WriteAsync(ClusterConnection connection, CancellationToken cancellationToken = default)
    {
        var sink = new ClusterEventSink(connection);
        var patch = new EventPatch { ApiVersion = EventApiVersion.CoreV1, Namespace = "wire", Name = "my-op-redis.1", Count = 2 };
        return await Assert.ThrowsAsync<ClusterConnectionException>(() => sink.PatchAsync(patch, cancellationToken).AsTask());
    }

    private static async Task ResetAllAsync(TcpListener server, CancellationToken cancellationToken)
    {
        var hello = new byte[1];
        while (true)
        {
            using var socket = await server.AcceptSocketAsync(cancellationToken);
            try
            {
                await socket.ReceiveAsync(hello, cancellationToken);
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (SocketException)
            {
                // The client was quicker.
            }
        }
    }

    private static async Task HangAsync(HttpContext context, TaskCompletionSource arrived)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        arrived.TrySetResult();
        await HttpsServer.HangAsync(context);
    }

    /// <summary>Listens, and lets nobody in: the queue of those who wait is full.</summary>
    private sealed class FullListener : IDisposable
    {
        private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _waiting = [];

        public FullListener()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(0);
            for (var i = 0; i < 16; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _waiting.Add(socket);
                _ = socket.ConnectAsync(EndPoint).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }

        public EndPoint EndPoint => _listener.LocalEndPoint!;

        public void Dispose()
        {
            _waiting.ForEach(socket => socket.Dispose());
            _listener.Dispose();
        }
    }

    /// <summary>Waits for a connection until long after the request was given up, and sends it then.</summary>
    private sealed class LateHandler : HttpMessageHandler
    {
        private HttpContent? _content;

        public Task SendNowAsync() => _content!.CopyToAsync(Stream.Null);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _content = request.Content;
            request.Content = null;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
