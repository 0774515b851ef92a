using System.Text.Json;

namespace EventRecording;

/// <summary>Gives the same string for the same short text: types, reasons and kinds repeat in a list of 80,000 events.</summary>
/// <remarks>
/// Of fixed size: a text that falls on the place of another one replaces it. Reading and writing a reference is atomic, so there is no
/// lock.
/// </remarks>
internal sealed class StringPool
{
    private const int Places = 4096;
    private const int LongestText = 128;
    private readonly string?[] _texts = new string?[Places];

    public string? Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped || reader.ValueSpan.Length > LongestText)
            return JsonText.Read(ref reader);
        ref var place = ref _texts[Hash(reader.ValueSpan) % Places];
        return place is { } text && reader.ValueTextEquals(text) ? text : place = JsonText.Read(ref reader);
    }

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = 2166136261;
        foreach (var octet in text)
            hash = (hash ^ octet) * 16777619;
        return hash ^ (hash >> 15);
    }
}
