using System.Text.Json;

namespace EventRecording;

/// <summary>Cuts a watch into its JSON values and reads each as a frame.</summary>
internal sealed class WatchFrameReader(JsonStreamBuffer input, string apiVersion, StringPool pool, string? context = null)
{
    private JsonReaderState _state = JsonStreamBuffer.NewState();
    private int _scanned;

    /// <summary>The next frame; <see langword="null"/> when the server has ended the watch.</summary>
    /// <exception cref="JsonException">The server sent something that is no frame.</exception>
    /// <exception cref="EndOfStreamException">The stream ended in the middle of a frame.</exception>
    public async ValueTask<WatchFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = FindEnd()) == 0)
        {
            if (await input.FillAsync(cancellationToken).ConfigureAwait(false))
                continue;
            return input.Unread.Trim(" \t\r\n"u8).IsEmpty
                ? null
                : throw new EndOfStreamException("The watch broke off in the middle of a frame.");
        }

        var frame = Read(input.Unread[..length]);
        input.Consume(length);
        return frame;
    }

    // Goes on where it stopped, so that a large frame that comes in small pieces is scanned once.
    private int FindEnd()
    {
        var reader = JsonStreamBuffer.CreateReader(input.Unread[_scanned..], _state);
        while (reader.Read())
        {
            if (reader.CurrentDepth > 0 || reader.TokenType == JsonTokenType.StartObject)
                continue;
            if (reader.TokenType != JsonTokenType.EndObject)
                throw new JsonException("A frame of a watch must be a JSON object.");
            var length = _scanned + (int)reader.BytesConsumed;
            (_scanned, _state) = (0, JsonStreamBuffer.NewState());
            return length;
        }

        _scanned += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return 0;
    }

    private WatchFrame Read(ReadOnlySpan<byte> json)
    {
        var reader = JsonStreamBuffer.CreateReader(json);
        string? type = null;
        Utf8JsonReader found = default;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TakeProperty("type"u8))
            {
                type = JsonText.Read(ref reader, pool);
            }
            else if (reader.TakeProperty("object"u8))
            {
                found = reader;
                reader.Skip();
            }
            else
            {
                reader.SkipProperty();
            }
        }

        return found.TokenType == JsonTokenType.StartObject
            ? Read(type, ref found)
            : throw new JsonException("A frame of a watch must have an object.");
    }

    private WatchFrame Read(string? type, ref Utf8JsonReader reader)
    {
        var frameType = type switch
        {
            "ADDED" => WatchFrameType.Added,
            "MODIFIED" => WatchFrameType.Modified,
            "DELETED" => WatchFrameType.Deleted,
            "BOOKMARK" => WatchFrameType.Bookmark,
            "ERROR" => WatchFrameType.Error,
            _ => throw new JsonException("A frame of a watch has an unknown type."),
        };
        if (frameType == WatchFrameType.Error)
            return new WatchFrame(frameType, null, null, StatusJson.Read(ref reader));
        var kubeEvent = EventJsonReader.Read(ref reader, apiVersion, pool, context);
        return new WatchFrame(frameType, frameType == WatchFrameType.Bookmark ? null : kubeEvent, kubeEvent.ResourceVersion, null);
    }
}
