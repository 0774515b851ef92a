using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EventRecording;

/// <summary>Tells events, or the steps of one, apart in 16 bytes each: there are a million of them in a file.</summary>
internal static class EventKey
{
    /// <summary>One event in all its steps.</summary>
    public static UInt128 Of(KubeEvent item) => Hash(item, null);

    /// <summary>One step of an event.</summary>
    public static UInt128 OfStep(KubeEvent item) => Hash(item, item.ResourceVersion);

    // A cryptographic hash: what the cluster sends must not be able to hide another event.
    private static UInt128 Hash(KubeEvent item, string? version)
    {
        string?[] parts = [item.Uid, item.Namespace, item.Name, version];
        Span<byte> text = stackalloc byte[2048];
        var length = 0;
        foreach (var part in parts)
        {
            if (!Encoding.UTF8.TryGetBytes(part, text[length..^1], out var written))
                return Long(parts);
            length += written;
            text[length++] = 0xFF;
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text[..length], hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private static UInt128 Long(string?[] parts) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\uFFFF', parts))));
}
