using System.Buffers;
using System.Text.Json;

namespace EventRecording;

/// <summary>The unread part of a stream of JSON, in a pooled buffer that grows up to the size of one value.</summary>
internal sealed class JsonStreamBuffer(Stream stream, long maxBytes = long.MaxValue, int maxValueBytes = JsonStreamBuffer.LargestValue, int firstBytes = JsonStreamBuffer.ForLists) : IDisposable
{
    /// <summary>An object in etcd has at most 1.5 MiB; a server with another limit may hold larger ones.</summary>
    public const int LargestValue = 16 * 1024 * 1024;

    /// <summary>Room for one event: many are read at a time, and the pool keeps few large buffers.</summary>
    public const int ForOne = 4 * 1024;

    private const int ForLists = 16 * 1024;

    // Custom resources nest deeper than the reader's default of 64.
    private const int MaxDepth = 512;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(firstBytes);
    private long _total;
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads one whole value.</summary>
    public static Utf8JsonReader CreateReader(ReadOnlySpan<byte> json) => new(json, isFinalBlock: true, NewState());

    /// <summary>Reads on in a value of which more may come.</summary>
    public static Utf8JsonReader CreateReader(ReadOnlySpan<byte> json, JsonReaderState state) => new(json, isFinalBlock: false, state);

    public static JsonReaderState NewState() => new(new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>Drops bytes from the front.</summary>
    public void Consume(long count) => _start += (int)count;

    /// <summary>Adds what the stream has next; <see langword="false"/> at its end.</summary>
    /// <exception cref="InvalidDataException">The whole, or one value of it, is larger than allowed.</exception>
    public ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var reading = stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        return reading.IsCompletedSuccessfully ? new(Take(reading.Result)) : TakeLaterAsync(reading);
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<bool> TakeLaterAsync(ValueTask<int> reading) => Take(await reading.ConfigureAwait(false));

    private bool Take(int count)
    {
        _end += count;
        _total += count;
        if (_total > maxBytes)
            throw new InvalidDataException($"The answer is larger than {maxBytes} bytes.");
        return count > 0;
    }

    private void MakeRoom()
    {
        var unread = _end - _start;
        if (unread >= maxValueBytes)
            throw new InvalidDataException($"One value of the answer is larger than {maxValueBytes} bytes.");
        if (_start > 0 && (unread == 0 || _end == _buffer.Length))
        {
            Unread.CopyTo(_buffer);
            (_start, _end) = (0, unread);
        }

        if (_end < _buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Unread.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (larger, 0, unread);
    }
}
