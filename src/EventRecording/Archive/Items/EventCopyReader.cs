using System.Buffers.Text;
using System.Text.Json;

namespace EventRecording;

/// <summary>Reads of an event which one it is, without making anything of the rest but sure that it is whole.</summary>
internal static class EventCopyReader
{
    /// <summary>Reads an object.</summary>
    /// <returns>Whether it is an event of the plain form that servers write; what is not may be one all the same.</returns>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static bool TryRead(ReadOnlySpan<byte> json, out EventCopy copy)
    {
        copy = default;
        var (isEvent, hasMetadata) = (false, false);
        var reader = JsonStreamBuffer.CreateReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TakeProperty("metadata"u8))
                hasMetadata = TryReadMetadata(ref reader, out copy);
            else if (reader.TakeProperty("kind"u8))
                isEvent = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Event"u8);
            else if (reader.TakeProperty("apiVersion"u8) && !IsOfAGroup(ref reader))
                return false;
            else if (reader.TokenType == JsonTokenType.PropertyName)
                reader.SkipProperty();
        }

        if (reader.Read())
            throw new JsonException("Something follows the event.");
        return isEvent && hasMetadata;
    }

    private static bool IsOfAGroup(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && (reader.ValueSpan.SequenceEqual("v1"u8) || reader.ValueSpan.StartsWith("events.k8s.io/"u8));

    private static bool TryReadMetadata(ref Utf8JsonReader reader, out EventCopy copy)
    {
        copy = default;
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        ReadOnlySpan<byte> uid = default, ns = default, name = default, version = default;
        var isPlain = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TakeProperty("uid"u8))
                uid = Plain(ref reader, ref isPlain);
            else if (reader.TakeProperty("namespace"u8))
                ns = Plain(ref reader, ref isPlain);
            else if (reader.TakeProperty("name"u8))
                name = Plain(ref reader, ref isPlain);
            else if (reader.TakeProperty("resourceVersion"u8))
                version = Plain(ref reader, ref isPlain);
            else
                reader.SkipProperty();
        }

        if (!isPlain || !Utf8Parser.TryParse(version, out ulong number, out var read) || read != version.Length)
            return false;
        copy = new EventCopy(EventKey.Of(uid, ns, name), number);
        return true;
    }

    // What is escaped, or no ASCII, becomes another text when it is read.
    private static ReadOnlySpan<byte> Plain(scoped ref Utf8JsonReader reader, scoped ref bool isPlain)
    {
        isPlain &= reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false } && System.Text.Ascii.IsValid(reader.ValueSpan);
        if (isPlain)
            return reader.ValueSpan;
        reader.Skip();
        return default;
    }
}
