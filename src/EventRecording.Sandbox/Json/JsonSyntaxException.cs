using System.Text.Json;

namespace EventRecording.Sandbox;

/// <summary>Text that is no JSON, explained in the words of the API server.</summary>
internal sealed class JsonSyntaxException(string message) : Exception(message)
{
    public static JsonSyntaxException From(JsonException error, ReadOnlySpan<byte> text)
    {
        var at = Position(error, text);
        return at >= text.Length
            ? new JsonSyntaxException("unexpected end of JSON input")
            : new JsonSyntaxException($"invalid character {Quote(text[at])} looking for beginning of value");
    }

    /// <summary>A byte as Go quotes a character.</summary>
    private static string Quote(byte character) => character switch
    {
        (byte)'\'' => @"'\''",
        < 0x20 or 0x7F => $@"'\x{character:x2}'",
        >= 0x80 and < 0xA0 => $@"'\u{character:x4}'",
        _ => $"'{(char)character}'",
    };

    private static int Position(JsonException error, ReadOnlySpan<byte> text)
    {
        var start = 0;
        for (var line = error.LineNumber ?? 0; line > 0; line--)
            start += text[start..].IndexOf((byte)'\n') + 1;
        return start + (int)(error.BytePositionInLine ?? 0);
    }
}
