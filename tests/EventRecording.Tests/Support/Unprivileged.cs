using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace EventRecording.Tests.Support;

/// <summary>Does something with the rights on files of an ordinary user: for root no mode of Unix holds.</summary>
internal static class Unprivileged
{
    private const uint Nobody = 65534;

    public static void Run(Action act)
    {
        ExceptionDispatchInfo? failure = null;
        // Linux keeps the user for files by thread; this one ends with it.
        var thread = new Thread(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess)
                    _ = SetFileUser(Nobody);
                act();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileUser(uint user);
}
