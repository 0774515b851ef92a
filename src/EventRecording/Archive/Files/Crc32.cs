namespace EventRecording;

/// <summary>The checksum of gzip (RFC 1952, section 8).</summary>
internal struct Crc32()
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(octet => Enumerable.Range(0, 8).Aggregate(
        (uint)octet, (value, _) => (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320))];

    private uint _value = uint.MaxValue;

    public readonly uint Value => ~_value;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var octet in bytes)
            _value = Table[(_value ^ octet) & 0xFF] ^ (_value >> 8);
    }
}
