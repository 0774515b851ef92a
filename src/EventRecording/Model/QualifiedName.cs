using System.Buffers;

namespace EventRecording;

/// <summary>Names such as <c>example.com/redis-operator</c>: keys of labels and annotations, and what events.k8s.io/v1 wants as reporting controller. The server answers 422 to others.</summary>
internal static class QualifiedName
{
    private const int LongestName = 63;

    private static readonly SearchValues<char> NameChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 63, a letter or digit first and last; before it a DNS subdomain and <c>/</c>, if any.</summary>
    public static bool IsValid(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 || DnsName.IsSubdomain(text.AsSpan(0, slash))) && IsNamePart(text.AsSpan(slash + 1));
    }

    /// <summary>The value of a label: nothing, or what stands behind the slash of a qualified name.</summary>
    public static bool IsLabelValue(string text) => text.Length == 0 || IsNamePart(text);

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
                chars[i] = NameChars.Contains(text[i]) ? text[i] : '-';
        }).Trim('-', '_', '.');
        return clean.Length > 0 ? clean : "unnamed";
    }

    private static bool IsNamePart(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= LongestName && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && !text.ContainsAnyExcept(NameChars);
}
