using System.Buffers;
using System.Text.Json;

namespace EventRecording;

/// <summary>Reads JSON documents that follow each other: objects, arrays of them, and lists of the API, whose items are read one by one.</summary>
internal sealed class DocumentReader(Stream stream) : ItemReader
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private bool _isBroken;
    private long _line = 1;
    private JsonReaderState _state = JsonStreamBuffer.NewState();
    private Place _place;

    private enum Place
    {
        /// <summary>Between documents.</summary>
        Outside,

        /// <summary>In an array of objects that is a document.</summary>
        Array,

        /// <summary>In the items of a list.</summary>
        Items,

        /// <summary>Behind the items of a list.</summary>
        BehindItems,
    }

    private enum Step
    {
        NeedsMore,
        Passed,
        Found,
    }

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    public override bool Read()
    {
        try
        {
            while (!_isBroken)
            {
                SkipSpace();
                if (_isAtEnd && _start == _end && _place == Place.Outside)
                    return false;
                var step = Next();
                if (step == Step.Found)
                    return true;
                if (step == Step.NeedsMore && !Fill())
                    throw new JsonException("The file ends in the middle.");
            }
        }
        catch (JsonException)
        {
            _isBroken = true;
            Line = _line;
            throw new InvalidDataException(_isAtEnd && _start == _end
                ? "The file ends in the middle of a list."
                : "What begins here is no whole JSON; the rest of the file is not read.");
        }

        return false;
    }

    public override void Dispose()
    {
        stream.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private Step Next()
    {
        var reader = new Utf8JsonReader(Unread, _isAtEnd, _state);
        if (!reader.Read())
            return Step.NeedsMore;
        return _place switch
        {
            Place.Outside => Begin(ref reader),
            Place.BehindItems => PassProperty(ref reader),
            _ when reader.TokenType == JsonTokenType.EndArray => EndArray(ref reader),
            _ => TakeItem(ref reader),
        };
    }

    private Step Begin(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            return Pass(ref reader, Place.Array);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("There are events in objects and lists only.");
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
                return Found(ref reader, 0);
            var isItems = reader.ValueTextEquals("items"u8);
            if (!reader.Read())
                break;
            if (isItems && reader.TokenType == JsonTokenType.StartArray)
                return Pass(ref reader, Place.Items);
            if (!reader.TrySkip())
                break;
        }

        return Step.NeedsMore;
    }

    private Step TakeItem(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return Pass(ref reader, _place);
        var start = (int)reader.TokenStartIndex;
        return reader.TrySkip() ? Found(ref reader, start) : Step.NeedsMore;
    }

    private Step PassProperty(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
            return Pass(ref reader, Place.Outside);
        return reader.Read() && reader.TrySkip() ? Pass(ref reader, Place.BehindItems) : Step.NeedsMore;
    }

    private Step EndArray(ref Utf8JsonReader reader) => Pass(ref reader, _place == Place.Items ? Place.BehindItems : Place.Outside);

    private Step Found(ref Utf8JsonReader reader, int start)
    {
        var end = (int)reader.BytesConsumed;
        CountLines(Unread[..start]);
        Line = _line;
        CountLines(Unread[start..end]);
        Json = _buffer.AsMemory(_start + start, end - start);
        Advance(ref reader);
        return Step.Found;
    }

    private Step Pass(ref Utf8JsonReader reader, Place place)
    {
        CountLines(Unread[..(int)reader.BytesConsumed]);
        _place = place;
        Advance(ref reader);
        return Step.Passed;
    }

    private void Advance(ref Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;

        // A document that ended leaves no state: another one may follow.
        _state = _place == Place.Outside ? JsonStreamBuffer.NewState() : reader.CurrentState;
    }

    private void CountLines(ReadOnlySpan<byte> passed) => _line += passed.Count((byte)'\n');

    private void SkipSpace()
    {
        while (_place == Place.Outside)
        {
            var rest = Unread.TrimStart(" \t\r\n"u8);
            CountLines(Unread[..^rest.Length]);
            _start = _end - rest.Length;
            if (rest.Length > 0 || !Fill())
                return;
        }
    }

    private bool Fill()
    {
        if (_isAtEnd)
            return false;
        if (_end - _start > JsonStreamBuffer.LargestValue)
            throw new JsonException("Too large.");
        if (_end == _buffer.Length)
        {
            var target = _start > 0 ? _buffer : ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Unread.CopyTo(target);
            if (target != _buffer)
                ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end) = (target, 0, _end - _start);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _isAtEnd = read == 0;
        _end += read;
        return true;
    }
}
