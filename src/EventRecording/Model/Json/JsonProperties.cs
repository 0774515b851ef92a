using System.Text.Json;

namespace EventRecording;

/// <summary>Walking over the properties of an object.</summary>
internal static class JsonProperties
{
    /// <summary>Goes on to the value if the property at the reader has this name.</summary>
    public static bool TakeProperty(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    /// <summary>Goes to the end of the value of the property at the reader.</summary>
    public static void SkipProperty(this ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
