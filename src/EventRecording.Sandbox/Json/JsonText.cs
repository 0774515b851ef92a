using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>JSON as the API server reads and writes it: the last of two equal names wins, a lone surrogate becomes U+FFFD.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 512 };

    /// <summary>Parses one value; numbers become <see cref="long"/> or <see cref="double"/>.</summary>
    /// <exception cref="JsonSyntaxException">The text is no JSON.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        try
        {
            if (!reader.Read())
                throw new JsonSyntaxException("unexpected end of JSON input");
            var value = ReadValue(ref reader);
            reader.Read();
            return value;
        }
        catch (JsonException e)
        {
            throw JsonSyntaxException.From(e, utf8);
        }
    }

    /// <summary>Parses what is known to be an object, such as a stored body.</summary>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8) => (JsonObject)Parse(utf8)!;

    public static byte[] Write(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            node.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    public static string WriteString(JsonNode node) => Encoding.UTF8.GetString(Write(node));

    private static JsonNode? ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => JsonValue.Create(ReadString(ref reader)),
        JsonTokenType.Number => reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(reader.GetDouble()),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        _ => null,
    };

    private static JsonObject ReadObject(ref Utf8JsonReader reader)
    {
        var result = new JsonObject();
        while (Advance(ref reader) != JsonTokenType.EndObject)
        {
            var name = ReadString(ref reader);
            Advance(ref reader);
            result[name] = ReadValue(ref reader);
        }
        return result;
    }

    private static JsonArray ReadArray(ref Utf8JsonReader reader)
    {
        var result = new JsonArray();
        while (Advance(ref reader) != JsonTokenType.EndArray)
            result.Add(ReadValue(ref reader));
        return result;
    }

    private static JsonTokenType Advance(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            throw new JsonSyntaxException("unexpected end of JSON input");
        return reader.TokenType;
    }

    private static string ReadString(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return Encoding.UTF8.GetString(reader.ValueSpan);
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return LoneSurrogates.Unescape(reader.ValueSpan);
        }
    }
}
