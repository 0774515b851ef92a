using System.Buffers;

namespace EventRecording.Cluster;

/// <summary>
/// Repeats a header for each of its values: at each <see cref="LineBreak"/> in a request it begins a new line. That character stands
/// nowhere else in a request, since headers with control characters are refused and a JSON body escapes them.
/// </summary>
internal sealed class RepeatedHeaderStream(Stream inner) : Stream
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
