using System.Runtime.CompilerServices;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public string? Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped || reader.ValueSpan.Length > LongestText)
            return JsonText.Read(ref reader);
        ref var place = ref _texts[Hash(reader.ValueSpan) % Places];
        return place is { } text && Holds(ref reader, text) ? text : place = JsonText.Read(ref reader);
    }

    // As many characters as octets: ASCII, if it is the same.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Holds(ref Utf8JsonReader reader, string text) =>
        text.Length == reader.ValueSpan.Length ? IsAscii(text, reader.ValueSpan) : reader.ValueTextEquals(text);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsAscii(string text, ReadOnlySpan<byte> octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            if (text[i] != octets[i] || octets[i] > 127)
                return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = 2166136261;
        foreach (var octet in text)
            hash = (hash ^ octet) * 16777619;
        return hash ^ (hash >> 15);
    }
}
