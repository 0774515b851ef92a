namespace EventRecording;

/// <summary>A stream whose beginning can be looked at before it is read.</summary>
internal sealed class HeadStream : ReadOnlyStream
{
    private readonly Stream _inner;
    private readonly byte[] _head;
    private readonly int _length;
    private int _start;

    public HeadStream(Stream inner, int length)
    {
        _inner = inner;
        _head = new byte[length];
        try
        {
            while (_length < length && inner.Read(_head.AsSpan(_length)) is > 0 and var count)
                _length += count;
        }
        catch (InvalidDataException)
        {
            // It is thrown again behind what can be read.
        }
    }

    /// <summary>What comes next, as far as it was looked at.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(_start, _length - _start);

    public void Skip(int count) => _start += count;

    public override int Read(Span<byte> buffer)
    {
        if (_start == _length)
            return _inner.Read(buffer);
        var count = Math.Min(buffer.Length, _length - _start);
        _head.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }
}
