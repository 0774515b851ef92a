using System.Text.Json;

namespace EventRecording;

/// <summary>Reads a page of a list event by event, so that the buffer holds one event and not the whole page.</summary>
internal sealed class EventPageReader(JsonStreamBuffer input, EventListRequest request, StringPool pool, string? context = null)
{
    private readonly List<KubeEvent> _events = [];
    private JsonReaderState _state = JsonStreamBuffer.NewState();
    private JsonReaderState? _afterEvent;
    private ObjectMetadata _metadata;
    private bool _isEventList;
    private bool _inItems;
    private bool _complete;

    /// <exception cref="JsonException">It is no list of events.</exception>
    /// <exception cref="EndOfStreamException">The list is not complete.</exception>
    public async ValueTask<EventPage> ReadAsync(CancellationToken cancellationToken)
    {
        while (!ReadBuffered())
        {
            if (!await input.FillAsync(cancellationToken).ConfigureAwait(false))
                throw new EndOfStreamException("The list broke off before its end.");
        }

        return new EventPage(_events, _metadata.ResourceVersion ?? "", _metadata.Continue, _metadata.RemainingItemCount);
    }

    private bool ReadBuffered()
    {
        while (!_complete && ReadNext())
        {
        }

        return _complete;
    }

    /// <summary>Reads one event or one property, or nothing if it is not all there yet.</summary>
    private bool ReadNext()
    {
        var reader = JsonStreamBuffer.CreateReader(input.Unread, _state);
        if (!reader.Read())
            return false;
        if (_inItems && _afterEvent is { } after && reader.TokenType == JsonTokenType.StartObject)
            return ReadNextEvent((int)reader.TokenStartIndex, after);
        if (!(_inItems ? ReadItem(ref reader) : ReadOther(ref reader)))
            return false;
        _state = reader.CurrentState;
        input.Consume(reader.BytesConsumed);
        return true;
    }

    // Each event is as good JSON for the reader's state as the one before it, so only its end is looked for here: it is read once, not twice.
    private bool ReadNextEvent(int start, JsonReaderState after)
    {
        var rest = input.Unread[start..];
        var length = JsonText.LengthOfObject(rest);
        if (length == 0)
            return false;
        _events.Add(EventJsonReader.Read(rest[..length], request.ApiVersion, pool, context));
        _state = after;
        input.Consume(start + length);
        return true;
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
        _events.Add(EventJsonReader.Read(item, request.ApiVersion, pool, context));
        _afterEvent = reader.CurrentState;
        return true;
    }

    private bool ReadOther(ref Utf8JsonReader reader)
    {
        _complete = reader.TokenType == JsonTokenType.EndObject;
        if (_complete && !_isEventList)
            throw new JsonException("An EventList was expected; what came says no kind.");
        if (reader.CurrentDepth == 0)
            return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.EndObject
                ? true
                : throw new JsonException("A list must be a JSON object.");
        var isKind = reader.ValueTextEquals("kind"u8);
        var isItems = reader.ValueTextEquals("items"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read())
            return false;
        if (isItems && reader.TokenType == JsonTokenType.StartArray)
            return _inItems = true;
        var isText = reader.TokenType == JsonTokenType.String;
        if (!TryTakeValue(ref reader, out var value))
            return false;
        if (isKind && isText)
            RequireEventList(reader.GetString()!);
        if (isMetadata)
            ReadMetadata(value);
        return true;
    }

    // {"status":"ok"} of whatever listens there is not the news that there are no events. The kind is not cut here: in a part of it nobody knows a secret for one.
    private void RequireEventList(string kind) => _isEventList = kind == "EventList"
        ? true
        : throw new JsonException($"An EventList was expected; what came is of the kind '{SafeText.Escape(kind)}'.");

    // A server sends the token of the next page before the items.
    private void ReadMetadata(ReadOnlySpan<byte> value)
    {
        _metadata = ObjectMetadata.Read(value, pool);
        if (_metadata.Continue is { } token)
            request.ContinueRead?.Invoke(token);
    }

    private bool TryTakeValue(ref Utf8JsonReader reader, out ReadOnlySpan<byte> value)
    {
        var start = (int)reader.TokenStartIndex;
        var isWhole = reader.TrySkip();
        value = isWhole ? input.Unread[start..(int)reader.BytesConsumed] : default;
        return isWhole;
    }
}
