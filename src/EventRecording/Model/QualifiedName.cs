namespace EventRecording;

/// <summary>Names such as <c>example.com/redis-operator</c>, which events.k8s.io/v1 wants as reporting controller: it answers 422 to others.</summary>
internal static class QualifiedName
{
    private const int LongestName = 63;

    /// <summary>The text itself if it is a qualified name, else one made of it: every other character becomes <c>-</c>.</summary>
    public static string From(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && DnsName.IsSubdomain(text.AsSpan(0, slash)))
            return string.Concat(text.AsSpan(0, slash + 1), NamePart(text[(slash + 1)..]));
        return NamePart(text);
    }

    private static string NamePart(string text)
    {
        if (IsNamePart(text))
            return text;
        var clean = string.Create(Math.Min(text.Length, LongestName), text, static (chars, text) =>
        {
            for (var i = 0; i < chars.Length; i++)
                chars[i] = IsNameChar(text[i]) ? text[i] : '-';
        }).Trim('-', '_', '.');
        return clean.Length > 0 ? clean : "unnamed";
    }

    private static bool IsNamePart(string text) =>
        text.Length is > 0 and <= LongestName && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(IsNameChar);

    private static bool IsNameChar(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.';
}
