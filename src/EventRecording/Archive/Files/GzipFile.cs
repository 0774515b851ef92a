using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace EventRecording;

/// <summary>
/// JSON lines in members of gzip (RFC 1952) that follow each other. Each line is in the file as soon as it is appended; a member is ended
/// by every flush, and then says its length in its header, so that one that broke off is found without reading the others.
/// </summary>
internal sealed class GzipFile : ArchiveFile
{
    private const int HeaderLength = 24;
    private const int LengthAt = 16;
    private const int TrailerLength = 8;

    // A member of a single line would hardly be smaller than the line.
    private const int LargestMember = 1024 * 1024;

    private MemoryStream _packed = new();
    private DeflateStream? _deflate;
    private Crc32 _checksum;
    private long _start;
    private uint _size;

    public GzipFile(SafeFileHandle handle, string path)
        : base(handle)
    {
        var length = RandomAccess.GetLength(handle);
        while (End < length && ReadLength(End) is > 0 and var member && End + member <= length)
            End += member;
        if (End == length)
            return;
        if (!IsHeader(length))
            throw NoEvents(path);
        Recover(length);
    }

    // FEXTRA with one field, EV, of 8 bytes: the length of the member, or 0 while it is written.
    private static ReadOnlySpan<byte> Header =>
        [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 255, 12, 0, (byte)'E', (byte)'V', 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public override void Append(ReadOnlySpan<byte> line)
    {
        if (_deflate is null)
            Begin();
        _deflate!.Write(line);
        _deflate.Flush();
        WritePacked();
        _checksum.Add(line);
        _size += (uint)line.Length;
        if (End - _start > LargestMember)
            EndMember();
    }

    public override void Flush()
    {
        EndMember();
        base.Flush();
    }

    public override void Dispose()
    {
        EndMember();
        base.Dispose();
    }

    private void Begin()
    {
        _start = End;
        _packed = new MemoryStream();
        _packed.Write(Header);
        _deflate = new DeflateStream(_packed, CompressionLevel.Optimal, leaveOpen: true);
        (_checksum, _size) = (new Crc32(), 0);
    }

    private void WritePacked()
    {
        // A member that lacks bytes cannot be gone on with; it is ended when the file is opened again.
        var deflate = _deflate;
        _deflate = null;
        WriteBehind(_packed.GetBuffer().AsSpan(0, (int)_packed.Length));
        _packed.SetLength(0);
        _deflate = deflate;
    }

    private void EndMember()
    {
        if (_deflate is null)
            return;
        var deflate = _deflate;
        _deflate = null;
        deflate.Dispose();
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _size);
        _packed.Write(trailer);
        WritePacked();
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, End - _start);
        RandomAccess.Write(Handle, length, _start + LengthAt);
    }

    // A header may have broken off, too.
    private bool IsHeader(long length)
    {
        Span<byte> header = stackalloc byte[(int)Math.Min(LengthAt, length - End)];
        RandomAccess.Read(Handle, header, End);
        return Header[..header.Length].SequenceEqual(header);
    }

    /// <summary>The length of the member that begins there; 0 for one that was not ended, -1 for what is no member of ours.</summary>
    private long ReadLength(long at)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        return RandomAccess.Read(Handle, header, at) == HeaderLength && header[..LengthAt].SequenceEqual(Header[..LengthAt])
            ? BinaryPrimitives.ReadInt64LittleEndian(header[LengthAt..])
            : -1;
    }

    /// <summary>Writes the lines of the member that was not ended once more, over it: the same bytes, so that nothing is lost if this is killed, too.</summary>
    private void Recover(long length)
    {
        foreach (var line in Lines(ReadTorn(length)))
            Append(line.Span);
        RandomAccess.SetLength(Handle, End);
        EndMember();
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> text)
    {
        while (text.Span.IndexOf((byte)'\n') is >= 0 and var feed)
        {
            yield return text[..(feed + 1)];
            text = text[(feed + 1)..];
        }
    }

    private byte[] ReadTorn(long length)
    {
        var packed = new byte[Math.Max(0, length - End - HeaderLength)];
        RandomAccess.Read(Handle, packed, End + HeaderLength);
        var text = new MemoryStream();
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
            var buffer = new byte[8192];
            while (inflate.Read(buffer) is > 0 and var read)
                text.Write(buffer, 0, read);
        }
        catch (InvalidDataException)
        {
            // What came before stays.
        }

        return text.ToArray();
    }
}
