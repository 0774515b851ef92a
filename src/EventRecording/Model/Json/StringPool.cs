using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EventRecording;

/// <summary>Gives the same string for the same short text: types, reasons and kinds repeat in a list of 80,000 events.</summary>
/// <remarks>
/// Of fixed size: a text that falls on the place of another one replaces it. There is no lock: a text is compared before it is used, so a
/// hash that came with another text only costs the comparison.
/// </remarks>
internal sealed class StringPool
{
    private const int Places = 4096;
    private const int LongestText = 128;

    // The hash beside the text, so that another text need not be looked at: in memory it is far away.
    private readonly (uint Hash, string? Text)[] _texts = new (uint, string?)[Places];

    [MethodImpl(Hot.Code)]
    public string? Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped || reader.ValueSpan.Length > LongestText)
            return JsonText.Read(ref reader);
        var hash = Hash(reader.ValueSpan);
        ref var place = ref _texts[hash % Places];
        if (place.Hash == hash && place.Text is { } known && Holds(ref reader, known))
            return known;
        var text = JsonText.Read(ref reader);
        place = (hash, text);
        return text;
    }

    // As many characters as octets: ASCII, if it is the same.
    [MethodImpl(Hot.Code)]
    private static bool Holds(ref Utf8JsonReader reader, string text) =>
        text.Length == reader.ValueSpan.Length ? IsAscii(text, reader.ValueSpan) : reader.ValueTextEquals(text);

    [MethodImpl(Hot.Code)]
    private static bool IsAscii(string text, ReadOnlySpan<byte> octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            if (text[i] != octets[i] || octets[i] > 127)
                return false;
        }

        return true;
    }

    [MethodImpl(Hot.Code)]
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = 2166136261;
        foreach (var octet in text)
            hash = (hash ^ octet) * 16777619;
        return hash ^ (hash >> 15);
    }
}
