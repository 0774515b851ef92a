using System.Globalization;

namespace EventRecording.Sandbox.Patch;

/// <summary>JSON pointers, RFC 6901, below the root of a document.</summary>
internal static class JsonPointer
{
    /// <summary>The path below an object that holds the document as <c>root</c>, so that the whole document is a member too.</summary>
    public static IReadOnlyList<string> Parse(string pointer)
    {
        if (pointer.Length == 0)
            return ["root"];
        if (pointer[0] != '/')
            throw new PatchException("a path begins with a slash: " + pointer);
        return [.. pointer.Split('/').Select((token, i) => i == 0 ? "root" : Unescape(token))];
    }

    /// <summary>Reads an index of an array: no sign, no leading zero.</summary>
    public static bool TryIndex(string token, out int index) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out index) && (token.Length == 1 || token[0] != '0');

    private static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
