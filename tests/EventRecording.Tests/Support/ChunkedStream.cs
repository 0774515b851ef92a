namespace EventRecording.Tests.Support;

/// <summary>A stream that gives at most so many bytes with each read, as a network does.</summary>
internal sealed class ChunkedStream(byte[] content, int chunk) : MemoryStream(content)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
}
