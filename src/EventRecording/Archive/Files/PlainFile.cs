using Microsoft.Win32.SafeHandles;

namespace EventRecording;

/// <summary>JSON lines as they are.</summary>
internal sealed class PlainFile : ArchiveFile
{
    private const int Block = 64 * 1024;

    public PlainFile(SafeFileHandle handle, string path)
        : base(handle)
    {
        var length = RandomAccess.GetLength(handle);
        RequireEvents(path, length);
        var start = StartOfLastLine(length);
        End = length;
        if (start == length)
            return;

        // The last line has no end: it broke off, or somebody wrote it without one.
        if (EventLine.IsWhole(Read(start, (int)(length - start))))
        {
            WriteBehind("\n"u8);
            return;
        }

        RandomAccess.SetLength(handle, start);
        End = start;
    }

    public override void Append(ReadOnlySpan<byte> line) => WriteBehind(line);

    private void RequireEvents(string path, long length)
    {
        var head = Read(0, (int)Math.Min(length, Block));
        var end = head.AsSpan().IndexOf((byte)'\n');
        if (end < 0 && length > Block)
            end = (head = Read(0, (int)Math.Min(length, JsonStreamBuffer.LargestValue))).AsSpan().IndexOf((byte)'\n');
        if (head.Length > 0 && !(end < 0 ? EventLine.MayBegin(head) : EventLine.IsWhole(head.AsSpan(0, end))))
            throw NoEvents(path);
    }

    private long StartOfLastLine(long length)
    {
        for (var end = length; end > 0; end -= Block)
        {
            var start = Math.Max(0, end - Block);
            var feed = Read(start, (int)(end - start)).AsSpan().LastIndexOf((byte)'\n');
            if (feed >= 0)
                return start + feed + 1;
        }

        return 0;
    }

    private byte[] Read(long start, int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count && RandomAccess.Read(Handle, bytes.AsSpan(read), start + read) is > 0 and var more)
            read += more;
        return bytes[..read];
    }
}
