namespace EventRecording.Tests.Delivery.Spooling;

/// <summary>An entry that somebody else is sending.</summary>
internal sealed class HeldEntry(string path) : IDisposable
{
    private readonly FileStream _file = Open(path);

    public void Dispose() => _file.Dispose();

    // Whoever kept it may have it open for a moment longer, which Windows minds.
    private static FileStream Open(string path)
    {
        FileStream? file = null;
        SpinWait.SpinUntil(() => TryOpen(path, out file), TimeSpan.FromSeconds(30));
        return file ?? throw new IOException($"{path} is held by another.");
    }

    private static bool TryOpen(string path, out FileStream? file)
    {
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            file = null;
        }

        return file is not null;
    }
}
