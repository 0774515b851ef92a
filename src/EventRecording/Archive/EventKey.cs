using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EventRecording;

/// <summary>Tells events, or the steps of one, apart in 16 bytes each: there are a million of them in a file.</summary>
internal static class EventKey
{
    private const int UidLength = 36;

    /// <summary>One event in all its steps.</summary>
    public static UInt128 Of(KubeEvent item)
    {
        Span<byte> text = stackalloc byte[1024];
        return TryEncode(item.Uid, text, out var uid) && TryEncode(item.Namespace, text[uid..], out var ns) && TryEncode(item.Name, text[(uid + ns)..], out var name)
            ? Of(text[..uid], text[uid..(uid + ns)], text.Slice(uid + ns, name))
            : Hash([item.Uid, item.Namespace, item.Name]);
    }

    /// <summary>As <see cref="Of(KubeEvent)"/>, of the fields as UTF-8.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> uid, ReadOnlySpan<byte> ns, ReadOnlySpan<byte> name)
    {
        if (uid.Length != UidLength || ns.Length + name.Length > 900 || !Utf8Parser.TryParse(uid, out Guid id, out var read, 'D') || read != UidLength)
            return Hash([Encoding.UTF8.GetString(uid), Encoding.UTF8.GetString(ns), Encoding.UTF8.GetString(name)]);
        // A server gives each event a uid of its own; the names tell events of different servers apart that were copied with their uids.
        var names = new HashCode();
        names.AddBytes(ns);
        names.Add(ns.Length);
        names.AddBytes(name);
        return MemoryMarshal.Read<UInt128>(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in id))) ^ (UInt128)(uint)names.ToHashCode();
    }

    /// <summary>One step of an event.</summary>
    public static UInt128 OfStep(KubeEvent item) => Hash([item.Uid, item.Namespace, item.Name, item.ResourceVersion]);

    // Of what may have any form, by a cryptographic hash: what the cluster sends must not be able to hide another event.
    private static UInt128 Hash(ReadOnlySpan<string?> parts)
    {
        Span<byte> text = stackalloc byte[2048];
        var length = 0;
        foreach (var part in parts)
        {
            if (!Encoding.UTF8.TryGetBytes(part, text[length..^1], out var written))
                return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\uFFFF', parts.ToArray()))));
            length += written;
            text[length++] = 0xFF;
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text[..length], hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private static bool TryEncode(string? text, Span<byte> target, out int length) => Encoding.UTF8.TryGetBytes(text, target, out length);
}

/// <summary>Which event a copy is of, and which version of it; 0 where it says none.</summary>
internal readonly record struct EventCopy(UInt128 Key, ulong Version)
{
    public static EventCopy Of(KubeEvent item) => new(EventKey.Of(item), ResourceVersions.ToInteger(item.ResourceVersion) ?? 0);
}
