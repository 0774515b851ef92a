namespace EventRecording;

/// <summary>The directory of the spool: keeps entries, lists them, hands them out under a lock.</summary>
internal sealed class SpoolDirectory(SpoolOptions options, TimeProvider time)
{
    private const string TemporarySuffix = ".tmp";
    private const string DamagedSuffix = ".damaged";

    // A file that is still temporary after an hour was left half written by a killed process.
    private static readonly TimeSpan TemporaryFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan SizeHoldsFor = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private long? _bytes;
    private long _sizeTaken;

    // Without the slash at its end, behind which a link would pass for the directory that it leads to.
    public string FullPath { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Directory));

    public string Scope { get; } = SpoolFileName.ScopeOf(options);

    /// <summary>Makes the directory if need be, and checks that it may be used.</summary>
    /// <exception cref="IOException">It must not be used.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be used.</exception>
    public void Prepare()
    {
        // Before: where a link leads nowhere, a directory cannot be made in its place, and the error would not say why.
        if (!SpoolFileSystem.IsLink(new DirectoryInfo(FullPath)))
            SpoolFileSystem.CreateDirectory(FullPath);
        if (SpoolFileSystem.DirectoryFault(FullPath) is { } fault)
            throw new IOException($"{FullPath} is no directory for a spool: {fault}.");
    }

    /// <summary>Keeps an entry: it is there as a whole or not at all.</summary>
    /// <exception cref="IOException">There is no room, or the directory must not be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public void Keep(SpoolState state, SpoolEntry entry)
    {
        var bytes = SpoolFile.ToBytes(state, entry);
        if (bytes.Length > SpoolFile.LargestFile)
            throw new IOException($"the event takes {bytes.Length} bytes, the spool keeps at most {SpoolFile.LargestFile} for one.");
        Prepare();
        Reserve(bytes.Length);
        var path = Path.Combine(FullPath, entry.FileName(Scope).ToString());
        var temporary = path + TemporarySuffix;
        try
        {
            using (var file = options.CreateFile(temporary, SpoolFileSystem.NewFile()))
                file.Write(bytes);
            SpoolFileSystem.Move(temporary, path);
        }
        catch
        {
            Release(bytes.Length);
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>The entries of all scopes; what was tried last comes last.</summary>
    public List<SpoolFileName> List()
    {
        var found = new List<(DateTime Tried, SpoolFileName Name)>();
        foreach (var file in Files())
        {
            if (SpoolFileName.TryParse(file.Name) is { } name)
                found.Add((file.LastWriteTimeUtc, name));
            // Nothing but our own: the directory may be somebody's home.
            else if (IsTemporary(file.Name) && time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > TemporaryFor)
                TryDelete(file.FullName);
        }

        return [.. found.OrderBy(entry => entry.Tried).Select(entry => entry.Name)];
    }

    /// <summary>Occurrences that are here now: of our scope, and of others.</summary>
    public (long Ours, long Others) Count()
    {
        var names = List();
        var ours = names.Where(name => name.Scope == Scope).Sum(name => (long)name.Count);
        return (ours, names.Sum(name => (long)name.Count) - ours);
    }

    /// <summary>The entry is here, whoever has it.</summary>
    public bool Has(SpoolFileName name) => File.Exists(Path.Combine(FullPath, name.ToString()));

    /// <summary>The entry for this process alone; <see langword="null"/> if it is gone, or another process has it.</summary>
    public SpoolFile? TryOpen(SpoolFileName name)
    {
        var path = Path.Combine(FullPath, name.ToString());
        return SpoolFileSystem.TryOpenLocked(path) is { } stream ? new SpoolFile(path, stream) : null;
    }

    /// <summary>Puts a file out of the way that is no entry; somebody may want to look at it.</summary>
    public string SetAside(SpoolFileName name)
    {
        var path = Path.Combine(FullPath, name.ToString());
        SpoolFileSystem.Move(path, path + DamagedSuffix);
        return path + DamagedSuffix;
    }

    private static bool IsTemporary(string name) =>
        name.EndsWith(TemporarySuffix, StringComparison.Ordinal) && SpoolFileName.TryParse(name[..^TemporarySuffix.Length]) is not null;

    private void Reserve(int bytes)
    {
        lock (_lock)
        {
            if (_bytes is null || (_bytes + bytes > options.MostBytes && time.GetElapsedTime(_sizeTaken) > SizeHoldsFor))
            {
                _bytes = Files().Sum(Size);
                _sizeTaken = time.GetTimestamp();
            }

            if (_bytes + bytes > options.MostBytes)
                throw new IOException($"{FullPath} holds {_bytes} bytes already, of {options.MostBytes} that the spool may take (MostBytes).");
            _bytes += bytes;
        }
    }

    private void Release(int bytes)
    {
        lock (_lock)
            _bytes -= bytes;
    }

    private IEnumerable<FileInfo> Files()
    {
        var directory = new DirectoryInfo(FullPath);
        return directory.Exists ? options.ListFiles(directory) : [];
    }

    private static long Size(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Sent and deleted since it was listed.
            return 0;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is tidied up by a later sweep.
        }
    }
}
