namespace EventRecording.Sandbox;

/// <summary>The body of an answer as HttpClient reads it: a watch, or a body with which something goes wrong.</summary>
internal sealed class ResponseStream : Stream
{
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationToken _connections;
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> _parts;
    private readonly CancellationTokenSource _stop;
    private readonly BodyCutter? _cutter;
    private readonly HowToClose _how;
    private Task<bool>? _next;
    private ReadOnlyMemory<byte> _part;

    public ResponseStream(ApiResponse response, BodyFault? fault, CancellationToken connections)
    {
        _connections = connections;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, connections);
        _parts = (response.Stream ?? Whole(response.Body)).GetAsyncEnumerator(_stop.Token);
        _cutter = fault?.Place.Cutter();
        _how = fault?.How ?? HowToClose.Close;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (_part.IsEmpty)
        {
            if (_cutter is { IsReached: true })
                await BreakAsync(cancellationToken).ConfigureAwait(false);
            if (!await MoveNextAsync(cancellationToken).ConfigureAwait(false))
                return 0;
            _part = _cutter?.Pass(_parts.Current) ?? _parts.Current;
        }
        var count = Math.Min(buffer.Length, _part.Length);
        _part[..count].CopyTo(buffer);
        _part = _part[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closed.Cancel();
            _ = EndAsync();
        }
        base.Dispose(disposing);
    }

    /// <summary>Lets the watch end, so that its timers do.</summary>
    private async Task EndAsync()
    {
        if (_next is { } next)
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _parts.DisposeAsync().ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Whole(ReadOnlyMemory<byte> body)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (!body.IsEmpty)
            yield return body;
    }

    /// <summary>A read that is cancelled leaves the next part to the read after it.</summary>
    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _next ??= _parts.MoveNextAsync().AsTask();
        try
        {
            var moved = await _next.WaitAsync(cancellationToken).ConfigureAwait(false);
            _next = null;
            return moved;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (_connections.IsCancellationRequested)
                throw ConnectionErrors.Within(HowToClose.Reset);
            throw new ObjectDisposedException(nameof(ResponseStream));
        }
    }

    private async Task BreakAsync(CancellationToken cancellationToken)
    {
        if (_how == HowToClose.Never)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ConfigureAwait(false);
        }
        throw ConnectionErrors.Within(_how);
    }
}
