using System.Buffers;

namespace EventRecording.Cluster;

/// <summary>
/// Breaks the line wherever a request has a mark that stands nowhere else: headers are checked for it, and a JSON body escapes it.
/// </summary>
internal sealed class HeaderLineStream(Stream inner) : Stream
{
    public const char LineBreak = '\u0001';

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer.Span.Contains((byte)LineBreak) ? WithLines(buffer.Span) : buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(WithLines(buffer.AsSpan(offset, count)).Span);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private static ReadOnlyMemory<byte> WithLines(ReadOnlySpan<byte> request)
    {
        var lines = new ArrayBufferWriter<byte>(request.Length + 16);
        while (request.IndexOf((byte)LineBreak) is var mark and >= 0)
        {
            lines.Write(request[..mark]);
            lines.Write("\r\n"u8);
            request = request[(mark + 1)..];
        }

        lines.Write(request);
        return lines.WrittenMemory;
    }
}
