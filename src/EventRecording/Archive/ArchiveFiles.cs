namespace EventRecording;

/// <summary>Finds the files of a folder that may hold events.</summary>
internal static class ArchiveFiles
{
    private static readonly string[] Endings = [".ndjson", ".jsonl", ".json", ".yaml", ".yml"];

    /// <summary>The file itself, or the files in the folder and in those below it, by their names.</summary>
    /// <exception cref="EventArchiveException">There is no such file.</exception>
    public static IEnumerable<string> In(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new EventArchiveException($"{path} is neither a file nor a folder.");
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(path, "*", options).Where(HasEnding).Order(StringComparer.Ordinal);
    }

    private static bool HasEnding(string file)
    {
        var name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }
}
