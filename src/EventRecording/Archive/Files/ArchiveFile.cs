using Microsoft.Win32.SafeHandles;

namespace EventRecording;

/// <summary>
/// A file of lines that is only ever appended to. What was appended is with the operating system, so no killed process loses it, and
/// whatever broke off in the middle is cut when the file is opened.
/// </summary>
internal abstract class ArchiveFile : IDisposable
{
    private FileStream? _lock;

    protected ArchiveFile(SafeFileHandle handle) => Handle = handle;

    /// <summary>Bytes that are whole.</summary>
    protected long End { get; set; }

    protected SafeFileHandle Handle { get; }

    /// <summary>Opens or makes a file, and cuts what broke off.</summary>
    /// <exception cref="EventArchiveException">It is a file of something else, or somebody else writes to it.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static ArchiveFile Open(string path, bool isCompressed)
    {
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        FileStream? isOurs = null;
        try
        {
            RequireFile(handle, path);
            // Whatever link leads to it.
            isOurs = LockFor(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            ArchiveFile file = isCompressed ? new GzipFile(handle, path) : new PlainFile(handle, path);
            file._lock = isOurs;
            return file;
        }
        catch
        {
            handle.Dispose();
            isOurs?.Dispose();
            throw;
        }
    }

    /// <summary>Appends one line, which ends in a line feed.</summary>
    public abstract void Append(ReadOnlySpan<byte> line);

    /// <summary>Waits until all that was appended is on the disk.</summary>
    public virtual void Flush() => RandomAccess.FlushToDisk(Handle);

    public virtual void Dispose()
    {
        Handle.Dispose();
        _lock?.Dispose();
    }

    /// <summary>Writes behind what is whole; of a write that failed nothing stays.</summary>
    protected void WriteBehind(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(Handle, bytes, End);
        }
        catch
        {
            CutBehind();
            throw;
        }

        End += bytes.Length;
    }

    private static void RequireFile(SafeFileHandle handle, string path)
    {
        try
        {
            _ = RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException e)
        {
            throw new EventArchiveException($"{path} is a pipe or a device, and what was written before cannot be read back there; name a file.", e);
        }
    }

    // A lock on the file itself would lock out whoever reads it, too.
    private static FileStream LockFor(string path)
    {
        var name = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.lock");
        try
        {
            return new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(name))
        {
            throw new EventArchiveException($"Another process writes events to {path}; name another file, or end that one.", e);
        }
    }

    // If not even that is possible, what broke off is cut when the file is opened the next time.
    private void CutBehind()
    {
        try
        {
            RandomAccess.SetLength(Handle, End);
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ArgumentException)
        {
        }
    }

    protected static EventArchiveException NoEvents(string path) =>
        new($"{path} holds something else than events of Export-KubeEvent, and was left as it is; name another file.");
}
