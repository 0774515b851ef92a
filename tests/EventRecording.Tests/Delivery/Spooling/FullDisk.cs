namespace EventRecording.Tests.Delivery.Spooling;

/// <summary>A disk on which files can be made but not filled.</summary>
internal static class FullDisk
{
    public static Stream Create(string path, FileStreamOptions options)
    {
        using (new FileStream(path, options))
        {
        }

        return new FullStream();
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
