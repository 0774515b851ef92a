namespace EventRecording.Tests.Delivery.Spooling;

/// <summary>An entry that somebody else is sending.</summary>
internal sealed class HeldEntry(string path) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

    public void Dispose() => _file.Dispose();
}
