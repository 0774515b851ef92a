namespace EventRecording.Tests.Support;

/// <summary>A stream that gives its content and then neither more nor an end, until it is cancelled.</summary>
internal sealed class SilentStream(byte[] content) : MemoryStream(content)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (await base.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            return count;
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return 0;
    }
}
