namespace EventRecording;

/// <summary>What differs between operating systems: who may use the spool's directory and files, and how a file is locked.</summary>
internal static class SpoolFileSystem
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // A scanner or a backup may have the file open: 20 tries in a second, then it is an error.
    private const int MostMoves = 20;
    private static readonly TimeSpan BetweenMoves = TimeSpan.FromMilliseconds(50);

    // A killed process unlocks its files. On Unix None is a lock (flock); on Windows a file may only be deleted under its lock if Delete is shared.
    private static readonly FileShare Lock = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Makes the directory if it is not there, its owner's alone.</summary>
    public static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
            WindowsAccess.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
    }

    /// <summary>How a file is made that only its owner may read.</summary>
    public static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Opens a file that nobody else can open until it is closed.</summary>
    /// <returns><see langword="null"/> if it is gone, or somebody else has it.</returns>
    public static FileStream? TryOpenLocked(string path)
    {
        try
        {
            var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = Lock, BufferSize = 0 });
            // Who had it before may have deleted it since it was opened here.
            if (File.Exists(path))
                return file;
            file.Dispose();
            return null;
        }
        catch (IOException error) when (error is FileNotFoundException or DirectoryNotFoundException || IsLocked(error))
        {
            return null;
        }
    }

    /// <summary>Moves a file that was just made. On Windows a scanner or a backup that reads it holds it for a moment.</summary>
    public static void Move(string from, string to)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                File.Move(from, to, overwrite: true);
                return;
            }
            catch (Exception error) when (tries < MostMoves && OperatingSystem.IsWindows() && (error is UnauthorizedAccessException || (error is IOException io && IsLocked(io))))
            {
                CancellationToken.None.WaitHandle.WaitOne(BetweenMoves);
            }
        }
    }

    /// <summary>Why the directory must not be used; <see langword="null"/> if it may.</summary>
    public static string? DirectoryFault(string path)
    {
        var attributes = File.GetAttributes(path);
        if (IsLink(new DirectoryInfo(path)))
            return "it is a link: name the directory itself";
        if (!attributes.HasFlag(FileAttributes.Directory))
            return "it is no directory";
        if (OperatingSystem.IsWindows())
        {
            if (!WindowsAccess.IsOurs(path))
                return "it belongs to another user";
            return WindowsAccess.HasOthers(path)
                ? $"others have rights on it: name one that is not there yet, or take them away with: icacls \"{Path.TrimEndingDirectorySeparator(path)}\" /inheritance:r /grant:r \"{WindowsAccess.User}:(OI)(CI)F\""
                : null;
        }

        if ((File.GetUnixFileMode(path) & ~OwnerOnly) is not UnixFileMode.None)
            return "others have rights on it: chmod 700 it, or name another one";
        return UnixOwner.IsOurs(path) ? null : "it belongs to another user";
    }

    /// <summary>Why the file must not be used; <see langword="null"/> if it may.</summary>
    public static string? FileFault(string path)
    {
        if (File.GetAttributes(path).HasFlag(FileAttributes.Directory) || IsLink(new FileInfo(path)))
            return "it is no file";
        return (OperatingSystem.IsWindows() ? WindowsAccess.IsOurs(path) : UnixOwner.IsOurs(path)) ? null : "it belongs to another user";
    }

    // On Windows a file of OneDrive, or on a volume that stores what is the same once, is a reparse point and no link.
    public static bool IsLink(FileSystemInfo file) => file.LinkTarget is not null;

    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsLocked(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
