using System.Net;
using System.Net.Sockets;

namespace EventRecording.Cluster;

/// <summary>Connects to one of the addresses that a name has, where any may lead nowhere (RFC 8305).</summary>
internal static class ServerAddresses
{
    /// <summary>How long an address is waited for before the next one is tried besides.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    // A watch over HTTP/1.1 is silent for minutes: only TCP itself notices there that the other side is gone.
    private const int KeepAliveSeconds = 15;

    /// <summary>The first connection that is made; the others are closed.</summary>
    /// <exception cref="SocketException">There is none: why the first address failed.</exception>
    public static ValueTask<Socket> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, TimeProvider time, CancellationToken cancellationToken) =>
        addresses is [var only] ? ConnectAsync(only, port, cancellationToken) : RaceAsync(addresses, port, time, cancellationToken);

    private static async ValueTask<Socket> RaceAsync(IReadOnlyList<IPAddress> addresses, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var running = new List<Task<Socket>>();
        Task<Socket>? firstAddress = null;
        SocketException? failure = null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            for (var next = 0; next < addresses.Count || running.Count > 0;)
            {
                if (next < addresses.Count)
                    running.Add(ConnectAsync(addresses[next++], port, end.Token).AsTask());
                firstAddress ??= running[0];
                var patience = Task.Delay(next < addresses.Count ? Patience : Timeout.InfiniteTimeSpan, time, end.Token);
                var first = await Task.WhenAny([.. running, patience]).ConfigureAwait(false);
                if (first is not Task<Socket> connecting)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }

                running.Remove(connecting);
                try
                {
                    return await connecting.ConfigureAwait(false);
                }
                catch (SocketException exception)
                {
                    failure = connecting == firstAddress ? exception : failure;
                }
            }

            throw failure ?? new SocketException((int)SocketError.HostNotFound);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            running.ForEach(static loser => _ = CloseAsync(loser));
        }
    }

    private static async ValueTask<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task CloseAsync(Task<Socket> loser)
    {
        try
        {
            (await loser.ConfigureAwait(false)).Dispose();
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // It did not connect, or no longer.
        }
    }
}
