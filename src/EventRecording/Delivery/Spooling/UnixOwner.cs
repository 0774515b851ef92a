using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EventRecording;

/// <summary>Whose a file is on Unix, which .NET does not tell.</summary>
[UnsupportedOSPlatform("windows")]
internal static class UnixOwner
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    /// <summary>The file, or the link itself, belongs to the user of this process.</summary>
    public static bool IsOurs(string path)
    {
        try
        {
            if (Owner(path) is { } owner)
                return owner == geteuid();
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
        }

        return MayChangeMode(path);
    }

    private static uint? Owner(string path)
    {
        // The kernel's layout of statx, and macOS's of stat, are the same on all processors.
        var buffer = new byte[512];
        if (OperatingSystem.IsLinux())
            return statx(CurrentDirectory, path, NoFollow, BasicStats, buffer) == 0 ? BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(20)) : null;
        if (!OperatingSystem.IsMacOS())
            return null;
        var result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? lstat(path, buffer) : lstat64(path, buffer);
        return result == 0 ? BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(16)) : null;
    }

    // Where the owner cannot be asked for: only the owner may change the mode (or root, who may do anything).
    private static bool MayChangeMode(string path)
    {
        try
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

#pragma warning disable SYSLIB1054, IDE1006 // Generated marshalling needs unsafe code; the names are those of the C library.
    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] buffer);

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lstat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] buffer);

    [DllImport("libc", EntryPoint = "lstat$INODE64"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lstat64([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [Out] byte[] buffer);
#pragma warning restore SYSLIB1054, IDE1006
}
