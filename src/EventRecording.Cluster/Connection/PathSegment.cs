namespace EventRecording.Cluster;

/// <summary>Names of objects and namespaces as parts of a path.</summary>
internal static class PathSegment
{
    /// <summary>Something can have that name. The API takes no others: they would lead elsewhere.</summary>
    public static bool IsName(string text) => text is not ("" or "." or "..") && text.AsSpan().IndexOfAny('/', '%') < 0;

    /// <exception cref="ArgumentException">Nothing can have that name.</exception>
    public static string Of(string name) => IsName(name)
        ? Uri.EscapeDataString(name)
        : throw new ArgumentException($"Nothing can be named '{SafeText.Quote(name)}': a name is not '.' or '..', and has neither '/' nor '%'.");
}
