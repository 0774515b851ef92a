using System.Net;
using System.Net.Sockets;

namespace EventRecording.Sandbox.Http;

/// <summary>A small HTTP/1.1 server whose connections can break in every way that a network knows.</summary>
internal sealed class TcpServer(KubernetesSandbox sandbox)
{
    private Socket? _listener;

    /// <summary>The port; 0 before the first start.</summary>
    public int Port { get; private set; }

    public void Start(int port)
    {
        if (_listener is not null)
            return;
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port == 0 ? port : Port));
        listener.Listen(4096);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    public void StopListening() => Interlocked.Exchange(ref _listener, null)?.Dispose();

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                var socket = await listener.AcceptAsync().ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(socket));
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

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new HttpConnection(socket, sandbox);
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
