using System.IO.Compression;

namespace EventRecording;

/// <summary>Unpacks a file, and notices that it broke off, which <see cref="GZipStream"/> does not tell: a member behind it must come out again.</summary>
internal sealed class GzipInput(Stream packed) : ReadOnlyStream
{
    // White space means nothing in any of the formats.
    private const string Mark = "\n \n";
    private static readonly byte[] Last = Pack();

    private readonly GZipStream _unpacked = new(new FollowedStream(packed, Last), CompressionMode.Decompress);
    private readonly byte[] _tail = new byte[Mark.Length];

    public override int Read(Span<byte> buffer)
    {
        var count = _unpacked.Read(buffer);
        if (count == 0 && buffer.Length > 0 && !_tail.AsSpan().SequenceEqual("\n \n"u8))
            throw new InvalidDataException("The compressed file broke off, or is still written.");
        Remember(buffer[..count]);
        return count;
    }

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
            gzip.Write("\n \n"u8);
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
        private bool _isAtLast;
        private int _start;

        public override int Read(Span<byte> buffer)
        {
            if (!_isAtLast && first.Read(buffer) is > 0 and var count)
                return count;
            _isAtLast = true;
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
