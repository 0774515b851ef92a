using System.Net;
using System.Net.Sockets;

namespace EventRecording.Sandbox;

/// <summary>A small HTTP/1.1 server whose connections can break in every way that a network knows.</summary>
internal sealed class TcpServer(Backend backend)
{
    // A client that looks for the server may be given its port for the way out, and hold it until it gives up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    // Bound, but not listening: refuses connections, and keeps the port from whoever looks for a free one.
    private Socket? _reserved;

    /// <summary>The port; 0 before the first start.</summary>
    public int Port { get; private set; }

    public void Start(int port)
    {
        if (_listener is not null)
            return;
        var listener = Interlocked.Exchange(ref _reserved, null) ?? (Port == 0 ? Bind(port) : BindAgain(Port));
        try
        {
            listener.Listen(4096);
        }
        catch
        {
            // Somebody else listens there; it is kept for the next start, and closed at the end.
            _reserved = listener;
            throw;
        }

        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    /// <summary>Refuses connections from now on; those that are open go on.</summary>
    public void StopListening()
    {
        if (Interlocked.Exchange(ref _listener, null) is not { } listener)
            return;
        listener.Dispose();
        // Until then the socket may still be in use, and its port taken.
        _accepting.GetAwaiter().GetResult();
        // Not reserved where somebody was quicker: then the next start takes the port, or says that it is taken.
        _reserved = TryBind(Port);
    }

    /// <summary>Gives the port back.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        Interlocked.Exchange(ref _reserved, null)?.Dispose();
    }

    private static Socket BindAgain(int port)
    {
        Socket? bound = null;
        SpinWait.SpinUntil(() => (bound = TryBind(port)) is not null, Patience);
        return bound ?? Bind(port);
    }

    private static Socket? TryBind(int port)
    {
        try
        {
            return Bind(port);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return null;
        }
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                var socket = await listener.AcceptAsync().ConfigureAwait(false);
                // Made here: dropped by whoever stops listening and then drops all connections.
                var connection = new HttpConnection(socket, backend);
                _ = Task.Run(() => ServeAsync(connection));
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (!ReferenceEquals(_listener, listener))
            {
                return;
            }
            catch (SocketException)
            {
                // A client that was gone before it was accepted; the next one may be there.
            }
        }
    }

    private static async Task ServeAsync(HttpConnection connection)
    {
        using var end = connection;
        try
        {
            await connection.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client is gone, or all connections are dropped: nobody is left to be told.
            connection.Reset();
        }
    }
}
