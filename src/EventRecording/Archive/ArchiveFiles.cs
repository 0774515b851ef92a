using System.IO.Enumeration;

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
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };
        var files = new FileSystemEnumerable<string>(path, static (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !IsLink(ref entry),
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory && !IsLink(ref entry),
        };
        return files.Where(HasEnding).Order(StringComparer.Ordinal);
    }

    // On Windows a file on a volume that stores what is the same once is a reparse point, too.
    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && entry.ToFileSystemInfo().LinkTarget is not null;

    private static bool HasEnding(string file)
    {
        var name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }
}
