using System.Net;
using System.Net.Sockets;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Transport;

public sealed class ServerAddressesTests : IDisposable
{
    private const string Reason = "Other systems have no 127.0.0.2, and refuse where a queue of connections is full.";
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly FakeTimeProvider _time = new();

    public ServerAddressesTests() => _server.Start();

    private int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task One_address_takes_no_timer()
    {
        using var socket = await ServerAddresses.ConnectAsync([IPAddress.Loopback], Port, _time, CancellationToken.None);
        Assert.Equal((_server.LocalEndpoint, 0), (socket.RemoteEndPoint, _time.ActiveTimers));
    }

    [LinuxFact(Reason)]
    public async Task An_address_that_leads_nowhere_is_waited_for_no_longer_than_a_moment()
    {
        using var nowhere = new Nowhere(Port);
        var connecting = ServerAddresses.ConnectAsync([Nowhere.Address, IPAddress.Loopback], Port, _time, CancellationToken.None).AsTask();
        _time.Advance(ServerAddresses.Patience - TimeSpan.FromTicks(1));
        Assert.False(_server.Pending());
        _time.Advance(TimeSpan.FromTicks(1));
        using var socket = await connecting;
        Assert.Equal((_server.LocalEndpoint, 0), (socket.RemoteEndPoint, _time.ActiveTimers));
    }

    [LinuxFact(Reason)]
    public async Task One_that_refuses_is_not_waited_for_and_the_first_failure_is_told()
    {
        using var socket = await ServerAddresses.ConnectAsync([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], Port, _time, CancellationToken.None);
        Assert.Equal(_server.LocalEndpoint, socket.RemoteEndPoint);
        _server.Stop();
        var error = await Assert.ThrowsAsync<SocketException>(() => ServerAddresses.ConnectAsync([IPAddress.Parse("127.0.0.2"), IPAddress.Broadcast], Port, _time, CancellationToken.None).AsTask());
        Assert.Equal((SocketError.ConnectionRefused, 0), (error.SocketErrorCode, _time.ActiveTimers));
    }

    [LinuxFact(Reason)]
    public async Task The_first_failure_is_told_also_where_it_comes_late()
    {
        var nowhere = new Nowhere(Port);
        var connecting = ServerAddresses.ConnectAsync([Nowhere.Address, IPAddress.Broadcast], Port, _time, CancellationToken.None).AsTask();
        _time.Advance(ServerAddresses.Patience);
        // Who knocks again finds nobody.
        nowhere.Dispose();
        var error = await Assert.ThrowsAsync<SocketException>(() => connecting);
        Assert.Equal((SocketError.ConnectionRefused, 0), (error.SocketErrorCode, _time.ActiveTimers));
    }

    [Fact]
    public async Task A_name_without_an_address_is_not_found()
    {
        var error = await Assert.ThrowsAsync<SocketException>(() => ServerAddresses.ConnectAsync([], Port, _time, CancellationToken.None).AsTask());
        Assert.Equal(SocketError.HostNotFound, error.SocketErrorCode);
    }

    [LinuxFact(Reason)]
    public async Task Whoever_cancels_waits_for_none()
    {
        using var nowhere = new Nowhere(Port);
        using var cancellation = new CancellationTokenSource();
        var connecting = ServerAddresses.ConnectAsync([Nowhere.Address, Nowhere.Address], Port, _time, cancellation.Token).AsTask();
        _time.Advance(ServerAddresses.Patience);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal(0, _time.ActiveTimers);
    }

    /// <summary>An address whose queue of connections is full: it answers none.</summary>
    private sealed class Nowhere : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public Nowhere(int port)
        {
            var listener = Add();
            listener.Bind(new IPEndPoint(Address, port));
            listener.Listen(0);
            while (TryConnect(port))
            {
            }
        }

        public static IPAddress Address { get; } = IPAddress.Parse("127.0.0.3");

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

        // Within the machine a connection is made at once, or not at all.
        private bool TryConnect(int port)
        {
            var socket = Add();
            socket.Blocking = false;
            try
            {
                socket.Connect(Address, port);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
            }

            return socket.Poll(TimeSpan.Zero, SelectMode.SelectWrite);
        }

        private Socket Add()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            return socket;
        }
    }
}
