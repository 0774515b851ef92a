using System.Globalization;

namespace EventRecording;

/// <summary>Names of the files that follow each other: <c>events-20261120T000000Z.ndjson</c> begins at that instant.</summary>
internal sealed class ArchiveName
{
    private const string Format = "yyyyMMdd'T'HHmmss'Z'";

    private readonly string _stem;
    private readonly string _ending;
    private readonly TimeSpan? _period;

    /// <param name="path">A file, or a folder: one that is there, or that ends in a separator.</param>
    /// <param name="period">How long a file is written to.</param>
    public ArchiveName(string path, TimeSpan? period)
    {
        var isFolder = Directory.Exists(path) || Path.EndsInDirectorySeparator(path);
        var file = Path.GetFullPath(isFolder ? Path.Combine(path, "events.ndjson") : path);
        var name = Path.GetFileName(file);
        // On Windows NUL is a device in every folder, and a:b lies hidden within the file a.
        Folder = Path.GetDirectoryName(file) is { } folder && !(OperatingSystem.IsWindows() && name.Contains(':', StringComparison.Ordinal))
            ? folder
            : throw new EventArchiveException($"{path} is a device, or a part of another file; name a file.");
        var dot = name.IndexOf('.', 1);
        (_stem, _ending) = dot < 0 ? (name, "") : (name[..dot], name[dot..]);
        _period = period;
    }

    public string Folder { get; }

    public bool IsCompressed => _ending.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where the period of an instant begins.</summary>
    public DateTimeOffset Begin(DateTimeOffset now) =>
        _period is { } period ? new DateTimeOffset(now.UtcTicks - (now.UtcTicks % period.Ticks), TimeSpan.Zero) : DateTimeOffset.MinValue;

    /// <summary>The file of the period that begins then.</summary>
    public string File(DateTimeOffset begin) => Path.Combine(
        Folder, _period is null ? _stem + _ending : $"{_stem}-{begin.ToString(Format, CultureInfo.InvariantCulture)}{_ending}");

    /// <summary>All files of this name, with the instant at which each begins, the oldest first.</summary>
    public IReadOnlyList<(DateTimeOffset Begin, string File)> Files()
    {
        if (!Directory.Exists(Folder))
            return [];
        // Whether Week.ndjson is week.ndjson, the file system knows.
        return [.. Directory.EnumerateFiles(Folder)
            .Select(file => BeginOf(Path.GetFileName(file)))
            .OfType<DateTimeOffset>()
            .Distinct()
            .Order()
            .Select(begin => (begin, File(begin)))
            .Where(it => System.IO.File.Exists(it.Item2))];
    }

    private DateTimeOffset? BeginOf(string name)
    {
        if (_period is null)
            return name.Equals(_stem + _ending, StringComparison.OrdinalIgnoreCase) ? DateTimeOffset.MinValue : null;
        if (!name.StartsWith(_stem + "-", StringComparison.OrdinalIgnoreCase) || !name.EndsWith(_ending, StringComparison.OrdinalIgnoreCase) || name.Length <= _stem.Length + 1 + _ending.Length)
            return null;
        var middle = name[(_stem.Length + 1)..^_ending.Length];
        return DateTimeOffset.TryParseExact(middle, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var begin)
            ? begin
            : null;
    }
}
