using System.Buffers;

namespace EventRecording;

/// <summary>Reads the lines of a stream, in a buffer that grows up to the size of one.</summary>
internal sealed class LineReader(Stream stream) : ItemReader
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int _start;
    private int _end;
    private int _scanned;
    private bool _isTooLong;
    private bool _isAtEnd;

    public override bool Read()
    {
        while (TryReadLine(out var line))
        {
            Line++;
            Json = line;
            Problem = _isTooLong ? $"The line is longer than {JsonStreamBuffer.LargestValue} bytes." : null;
            if (_isTooLong || !line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                _isTooLong = false;
                return true;
            }
        }

        return false;
    }

    public override void Dispose()
    {
        stream.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool TryReadLine(out ReadOnlyMemory<byte> line)
    {
        int feed;
        while ((feed = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n')) < 0)
        {
            _scanned = _end;
            if (!Fill())
                break;
        }

        var end = feed < 0 ? _end : _scanned + feed;
        line = _buffer.AsMemory(_start, end - _start);
        _start = _scanned = feed < 0 ? end : end + 1;
        return feed >= 0 || line.Length > 0 || _isTooLong;
    }

    private bool Fill()
    {
        if (_isAtEnd)
            return false;
        if (_end - _start > JsonStreamBuffer.LargestValue)
        {
            // What is passed over need not be kept.
            _isTooLong = true;
            _start = _scanned = _end = 0;
        }

        MakeRoom();
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _isAtEnd = read == 0;
        _end += read;
        return read > 0;
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
            return;
        var unread = _buffer.AsSpan(_start, _end - _start);
        var target = _start > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        unread.CopyTo(target);
        if (target != _buffer)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _scanned, _end, _start) = (target, _scanned - _start, _end - _start, 0);
    }
}
