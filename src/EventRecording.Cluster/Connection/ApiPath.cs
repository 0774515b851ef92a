namespace EventRecording.Cluster;

/// <summary>The parts of the paths of an API server.</summary>
internal static class ApiPath
{
    /// <summary>What <see cref="IsName"/> asks for, for errors.</summary>
    public const string NameRule = "a name is not '.' or '..', and has neither '/' nor '%'";

    /// <summary>Where a version of a group is; the core group is the empty one.</summary>
    public static string Root(string group, string version) =>
        (group.Length == 0 ? "/api/" : $"/apis/{Segment(group)}/") + Segment(version);

    /// <summary>Something can have that name. The API takes no others: they would lead elsewhere.</summary>
    public static bool IsName(string text) => text is not ("" or "." or "..") && text.AsSpan().IndexOfAny('/', '%') < 0;

    /// <summary>The name of an object or a namespace.</summary>
    /// <exception cref="ArgumentException">Nothing can have that name.</exception>
    public static string Segment(string name) => IsName(name)
        ? Uri.EscapeDataString(name)
        : throw new ArgumentException($"Nothing can be named '{SafeText.Quote(name)}': {NameRule}.");
}
