namespace EventRecording.Packaging;

/// <summary>Reads a changelog with a heading <c>## version</c> for each version.</summary>
internal static class Changelog
{
    private const string Heading = "## ";
    private const string Next = Heading + "Unreleased";

    /// <summary>What is new in a version; until it is released, what will be.</summary>
    /// <exception cref="FormatException">There is no such section, or it says nothing.</exception>
    public static string NotesOf(string version, string changelog)
    {
        var lines = changelog.ReplaceLineEndings("\n").Split('\n');
        var start = Array.FindIndex(lines, line => line.TrimEnd() == Heading + version || line.StartsWith($"{Heading}{version} ", StringComparison.Ordinal));
        if (start < 0)
            start = Array.FindIndex(lines, line => line.TrimEnd() == Next);
        var section = start < 0 ? [] : lines.Skip(start + 1).TakeWhile(line => !line.StartsWith(Heading, StringComparison.Ordinal));
        return string.Join('\n', section).Trim() is { Length: > 0 } notes
            ? notes
            : throw new FormatException($"The changelog says nothing under '{Heading}{version}' nor '{Next}'.");
    }
}
