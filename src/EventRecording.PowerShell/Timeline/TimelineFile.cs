namespace EventRecording.PowerShell;

/// <summary>A timeline on its way into a file; the file appears when it is complete, in the place of what was there.</summary>
internal sealed class TimelineFile : IDisposable
{
    private readonly string _path;
    private readonly string _target;
    private readonly string _unfinished;
    private readonly bool _replaces;
    private readonly FileStream _stream;
    private readonly EventTimelineWriter _writer;
    private bool _isComplete;

    /// <param name="path">Full path of the file.</param>
    /// <param name="title">Heading of the page.</param>
    /// <param name="replaces">A file that is there is replaced; else it is an error.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The file cannot be written, or is there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public TimelineFile(string path, string title, bool replaces, TimeProvider time)
    {
        if (!replaces && File.Exists(path))
            throw new IOException($"The file {path} is there already, and -NoClobber forbids to replace it.");
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder: name a file in it, such as {Path.Combine(path, "events.html")}.");
        _target = Path.GetFullPath(TargetOf(path));
        // NUL, in every folder of Windows.
        var folder = Path.GetDirectoryName(_target) ?? throw new IOException($"{path} is a device, and no page stays there: name a file.");
        // Else the system's error names a file that nobody gave.
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder {folder} for {path}: make it first.");
        _replaces = replaces;
        _path = path;
        _unfinished = Path.ChangeExtension(_target, $".{Guid.NewGuid():N}.html");
        _stream = new FileStream(_unfinished, FileMode.CreateNew);
        _writer = new EventTimelineWriter(_stream, title, time.GetUtcNow());
    }

    /// <summary>The file that is meant, behind all links: to replace a link would cut it off from its target.</summary>
    public static string TargetOf(string path) => new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    public void Add(KubeEvent item, string? relation = null) => _writer.Write(item, relation);

    /// <summary>Puts the page in its place. Where that fails, it is kept beside it, and the error says where.</summary>
    /// <exception cref="IOException">Another program has the file open, or put one there.</exception>
    public void Complete()
    {
        _writer.Complete();
        _stream.Dispose();
        _isComplete = true;
        try
        {
            File.Move(_unfinished, _target, overwrite: _replaces);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The timeline could not be put at {_path}: {error.Message} Another program may have the file open. The page is kept as {_unfinished}.", error);
        }
    }

    /// <summary>Removes what is not complete.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _stream.Dispose();
        if (!_isComplete)
            File.Delete(_unfinished);
    }
}
