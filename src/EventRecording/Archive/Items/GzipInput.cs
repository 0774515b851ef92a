using System.IO.Compression;

namespace EventRecording;

/// <summary>Unpacks a file, and notices that it broke off, which <see cref="GZipStream"/> does not tell: a member behind it must come out again.</summary>
internal sealed class GzipInput : ReadOnlyStream
{
    // White space means nothing in any of the formats.
    private static ReadOnlySpan<byte> Mark => "\n \n"u8;

    private static readonly byte[] Last = Pack();

    private readonly FollowedStream _packed;
    private readonly GZipStream _unpacked;
    private readonly byte[] _tail = new byte[Mark.Length];
    private InvalidDataException? _failure;

    public GzipInput(Stream packed)
    {
        _packed = new FollowedStream(packed, Last);
        _unpacked = new GZipStream(_packed, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        var count = ReadUnpacked(buffer);
        if (count == 0 && buffer.Length > 0 && !_tail.AsSpan().SequenceEqual(Mark))
            throw BrokeOff(null);
        Remember(buffer[..count]);
        return count;
    }

    private int ReadUnpacked(Span<byte> buffer)
    {
        // What a stream that failed says of a second look is about something else.
        if (_failure is not null)
            throw _failure;
        try
        {
            return _unpacked.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            // A member that lacks its end takes the mark behind it for its own.
            throw _failure = _packed.IsAtLast ? BrokeOff(e) : e;
        }
    }

    private static InvalidDataException BrokeOff(Exception? error) => new("The compressed file broke off, or is still written.", error);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacked.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Pack()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Mark);
        return packed.ToArray();
    }

    private void Remember(ReadOnlySpan<byte> read)
    {
        var kept = Math.Max(0, _tail.Length - read.Length);
        _tail.AsSpan(_tail.Length - kept).CopyTo(_tail);
        read[^(_tail.Length - kept)..].CopyTo(_tail.AsSpan(kept));
    }

    /// <summary>A stream and what follows it, never in one piece: all before it comes out first.</summary>
    private sealed class FollowedStream(Stream first, byte[] last) : ReadOnlyStream
    {
        private int _start;

        public bool IsAtLast { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (!IsAtLast && first.Read(buffer) is > 0 and var count)
                return count;
            IsAtLast = true;
            count = Math.Min(buffer.Length, last.Length - _start);
            last.AsSpan(_start, count).CopyTo(buffer);
            _start += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                first.Dispose();
            base.Dispose(disposing);
        }
    }
}
