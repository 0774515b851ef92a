using System.Buffers;
using System.Net.Sockets;

namespace EventRecording.Sandbox;

/// <summary>Reads requests from a socket, with bounds for everything that a client can make long.</summary>
internal sealed class SocketReader(Socket socket) : IDisposable
{
    private const int MaximalHead = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(8 * 1024);
    private int _start;
    private int _end;

    private ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads up to the empty line behind the headers.</summary>
    /// <returns><see langword="null"/> if the client closed the connection before a request.</returns>
    /// <exception cref="BadRequestException">The head is too long, or ends too early.</exception>
    public async ValueTask<RequestHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            SkipEmptyLine();
            var length = Available.IndexOf("\r\n\r\n"u8);
            if (length >= 0)
            {
                var head = RequestHead.Parse(Available[..length]);
                _start += length + 4;
                return head;
            }
            if (_end - _start > MaximalHead)
                throw new BadRequestException(431, "the headers are too long");
            if (await FillAsync(cancellationToken).ConfigureAwait(false) == 0)
                return _end == _start ? null : throw new BadRequestException(400, "the request ends within its headers");
        }
    }

    public async ValueTask<byte[]> ReadExactlyAsync(int length, CancellationToken cancellationToken)
    {
        var result = new byte[length];
        var count = Math.Min(length, _end - _start);
        Available[..count].CopyTo(result);
        _start += count;
        while (count < length)
        {
            var received = await socket.ReceiveAsync(result.AsMemory(count), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (received == 0)
                throw new BadRequestException(400, "the request ends within its body");
            count += received;
        }
        return result;
    }

    /// <summary>Reads one line, without its end.</summary>
    public async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = Available.IndexOf("\r\n"u8);
            if (length >= 0)
            {
                var line = System.Text.Encoding.ASCII.GetString(Available[..length]);
                _start += length + 2;
                return line;
            }
            if (_end - _start > MaximalHead)
                throw new BadRequestException(400, "a line of the body is too long");
            if (await FillAsync(cancellationToken).ConfigureAwait(false) == 0)
                throw new BadRequestException(400, "the request ends within its body");
        }
    }

    /// <summary>Waits until at least one byte more has come than was read.</summary>
    public async ValueTask WaitForAnyAsync(CancellationToken cancellationToken)
    {
        if (_end == _start)
            await FillAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes when the client goes, or when it sends the next request already.</summary>
    /// <returns>True if the client is gone.</returns>
    public async Task<bool> WaitForEndAsync(CancellationToken cancellationToken)
    {
        if (_end > _start)
            return false;
        try
        {
            return await FillAsync(cancellationToken).ConfigureAwait(false) == 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Reads on without keeping anything, so that closing does not reset what was answered.</summary>
    public async Task DrainAsync(long limit, CancellationToken cancellationToken)
    {
        while (limit > 0)
        {
            _start = _end = 0;
            var received = await FillAsync(cancellationToken).ConfigureAwait(false);
            if (received == 0)
                return;
            limit -= received;
        }
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Some clients send an empty line behind a body.</summary>
    private void SkipEmptyLine()
    {
        while (Available.StartsWith("\r\n"u8))
            _start += 2;
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length)
            MakeRoom();
        var received = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellationToken).ConfigureAwait(false);
        _end += received;
        return received;
    }

    private void MakeRoom()
    {
        var target = _start > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Available.CopyTo(target);
        (_start, _end) = (0, _end - _start);
        if (ReferenceEquals(target, _buffer))
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = target;
    }
}
