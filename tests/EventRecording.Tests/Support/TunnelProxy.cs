using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventRecording.Tests.Support;

/// <summary>A proxy on a free loopback port, http (CONNECT) or socks5 (RFC 1928) by the first byte; it takes down what is asked for and leads all to one port.</summary>
internal sealed class TunnelProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private volatile int _generation;

    /// <param name="port">Port of the server that all tunnels lead to; <see langword="null"/> for the one that is asked for, on loopback.</param>
    public TunnelProxy(int? port = null)
    {
        _listener.Start();
        _accepting = AcceptAsync(port);
    }

    /// <summary>Host and port.</summary>
    public string Authority => _listener.LocalEndpoint.ToString()!;

    /// <summary>Heads of the requests CONNECT; <c>socks</c> with host and port.</summary>
    public ConcurrentQueue<string> Tunnels { get; } = new();

    /// <summary>From then on nothing comes through, and nothing tells so: the network is gone.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The tunnels that are open now are reset by the next that is sent through them, as by a firewall that has forgotten them.</summary>
    public void ForgetTunnels() => _generation++;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync(int? port)
    {
        var tunnels = new List<Task>();
        try
        {
            while (true)
                tunnels.Add(TunnelAsync(await _listener.AcceptTcpClientAsync(_end.Token), port));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(tunnels);
        }
    }

    private async Task TunnelAsync(TcpClient client, int? port)
    {
        using (client)
        {
            try
            {
                var first = await ReadAsync(client.GetStream(), 1);
                var asked = first[0] == 5 ? await SocksAsync(client.GetStream()) : await ConnectAsync(client.GetStream(), (char)first[0]);
                using var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, port ?? asked, _end.Token);
                await Task.WhenAny(PassAsync(client, server), PassAsync(server, client));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // One of the sides is gone.
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        var generation = _generation;
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await from.GetStream().ReadAsync(buffer, _end.Token)) > 0)
        {
            if (generation != _generation)
            {
                from.LingerState = new LingerOption(true, 0);
                from.Client.Close();
                return;
            }

            if (!IsSilent)
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _end.Token);
        }
    }

    private async Task<int> ConnectAsync(NetworkStream stream, char first)
    {
        var head = new StringBuilder().Append(first);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(stream, 1))[0]);
        Tunnels.Enqueue(head.ToString());
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _end.Token);
        var target = head.ToString().Split(' ')[1];
        return int.Parse(target[(target.LastIndexOf(':') + 1)..], null);
    }

    private async Task<int> SocksAsync(NetworkStream stream)
    {
        await ReadAsync(stream, (await ReadAsync(stream, 1))[0]);
        await stream.WriteAsync(new byte[] { 5, 0 }, _end.Token);
        var kind = (await ReadAsync(stream, 4))[3];
        var host = kind switch
        {
            1 => new IPAddress(await ReadAsync(stream, 4)).ToString(),
            4 => new IPAddress(await ReadAsync(stream, 16)).ToString(),
            _ => Encoding.ASCII.GetString(await ReadAsync(stream, (await ReadAsync(stream, 1))[0])),
        };
        var port = await ReadAsync(stream, 2);
        Tunnels.Enqueue($"socks {host}:{(port[0] << 8) | port[1]}");
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, _end.Token);
        return (port[0] << 8) | port[1];
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _end.Token);
        return bytes;
    }
}
