namespace EventRecording.Tests.Support;

/// <summary>A file on a disk that hangs: a pipe, which hangs whoever reads it until something is written. Unix only.</summary>
internal static class HangingFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Puts one in the place of what is there.</summary>
    public static async Task MakeAsync(string path)
    {
        File.Delete(path);
        await Programs.RunAsync("mkfifo", [path]);
    }

    /// <summary>Opens it as soon as somebody reads, who hangs until this is closed.</summary>
    public static Task<FileStream> OpenAsync(string path) =>
        Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)).WaitAsync(Patience);
}
