using System.Text;

namespace EventRecording.Benchmarks;

/// <summary>Strings of protobuf, those that repeat from a pool as large as the one of the JSON reader.</summary>
internal sealed class ProtobufTexts
{
    private const int LongestText = 128;
    private readonly string?[] _places = new string?[4096];

    public static string? Text(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes);

    public string? Pooled(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > LongestText)
            return Text(bytes);
        ref var place = ref _places[Hash(bytes) % _places.Length];
        return place is { } text && Ascii.Equals(bytes, text) ? text : place = Text(bytes);
    }

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = 2166136261;
        foreach (var octet in text)
            hash = (hash ^ octet) * 16777619;
        return hash ^ (hash >> 15);
    }
}
