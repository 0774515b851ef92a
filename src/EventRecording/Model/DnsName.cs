using System.Buffers;

namespace EventRecording;

/// <summary>The names of RFC 1123 as the API takes them.</summary>
internal static class DnsName
{
    private static readonly SearchValues<char> SubdomainChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>Lower-case letters, digits, <c>-</c>; starts and ends with a letter or digit; at most 63 characters.</summary>
    public static bool IsLabel(ReadOnlySpan<char> text) => text.Length <= 63 && !text.Contains('.') && IsSubdomain(text);

    /// <summary>Labels joined by dots, at most 253 characters.</summary>
    public static bool IsSubdomain(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 253
        && !text.ContainsAnyExcept(SubdomainChars)
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && !text.Contains("..", StringComparison.Ordinal)
        && !text.Contains(".-", StringComparison.Ordinal)
        && !text.Contains("-.", StringComparison.Ordinal);
}
