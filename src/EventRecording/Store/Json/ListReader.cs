using System.Text.Json;

namespace EventRecording;

/// <summary>Reads an item from its JSON.</summary>
internal delegate T ListItemReader<out T>(ReadOnlySpan<byte> json);

/// <summary>Reads a page of a list item by item, so that the buffer holds one object and not the whole page.</summary>
/// <param name="input">The answer.</param>
/// <param name="pool">Texts that repeat.</param>
/// <param name="readItem">Reads one object.</param>
/// <param name="tokenRead">Told the token of the next page, which a server sends before the items.</param>
internal sealed class ListReader<T>(JsonStreamBuffer input, StringPool pool, ListItemReader<T> readItem, Action<string>? tokenRead = null)
{
    private readonly List<T> _items = [];
    private JsonReaderState _state = JsonStreamBuffer.NewState();
    private ObjectMetadata _metadata;
    private bool _inItems;
    private bool _complete;

    /// <exception cref="JsonException">It is no list.</exception>
    /// <exception cref="EndOfStreamException">The list is not complete.</exception>
    public async ValueTask<(List<T> Items, ObjectMetadata Metadata)> ReadAsync(CancellationToken cancellationToken)
    {
        while (!ReadBuffered())
        {
            if (!await input.FillAsync(cancellationToken).ConfigureAwait(false))
                throw new EndOfStreamException("The list broke off before its end.");
        }

        return (_items, _metadata);
    }

    private bool ReadBuffered()
    {
        var reader = JsonStreamBuffer.CreateReader(input.Unread, _state);
        var whole = reader;
        while (!_complete && ReadNext(ref reader))
            whole = reader;
        _state = whole.CurrentState;
        input.Consume(whole.BytesConsumed);
        return _complete;
    }

    /// <summary>Reads one item or one property, or nothing if it is not all there yet.</summary>
    private bool ReadNext(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return false;
        if (_inItems)
            return ReadItem(ref reader);
        _complete = reader.TokenType == JsonTokenType.EndObject;
        if (reader.CurrentDepth == 0)
            return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.EndObject
                ? true
                : throw new JsonException("A list must be a JSON object.");
        return ReadProperty(ref reader);
    }

    private bool ReadItem(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _inItems = false;
            return true;
        }

        if (!TryTakeValue(ref reader, out var item))
            return false;
        _items.Add(readItem(item));
        return true;
    }

    private bool ReadProperty(ref Utf8JsonReader reader)
    {
        var isItems = reader.ValueTextEquals("items"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read())
            return false;
        if (isItems && reader.TokenType == JsonTokenType.StartArray)
            return _inItems = true;
        if (!TryTakeValue(ref reader, out var value))
            return false;
        if (isMetadata)
            ReadMetadata(value);
        return true;
    }

    private void ReadMetadata(ReadOnlySpan<byte> value)
    {
        _metadata = ObjectMetadata.Read(value, pool);
        if (_metadata.Continue is { } token)
            tokenRead?.Invoke(token);
    }

    private bool TryTakeValue(ref Utf8JsonReader reader, out ReadOnlySpan<byte> value)
    {
        var start = (int)reader.TokenStartIndex;
        var isWhole = reader.TrySkip();
        value = isWhole ? input.Unread[start..(int)reader.BytesConsumed] : default;
        return isWhole;
    }
}
