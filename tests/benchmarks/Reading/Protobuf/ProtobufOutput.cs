using System.Buffers;
using System.Text;

namespace EventRecording.Benchmarks;

/// <summary>Writes the fields of a message.</summary>
internal sealed class ProtobufOutput
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    public void Number(int field, long value)
    {
        Variable((ulong)field << 3);
        Variable((ulong)value);
    }

    /// <summary>A text; like the API server, also one that is empty.</summary>
    public void Text(int field, string? value) => Bytes(field, Encoding.UTF8.GetBytes(value ?? ""));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Variable(((ulong)field << 3) | 2);
        Variable((ulong)value.Length);
        _bytes.Write(value);
    }

    public void Message(int field, Action<ProtobufOutput> write)
    {
        var message = new ProtobufOutput();
        write(message);
        Bytes(field, message.ToArray());
    }

    private void Variable(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
