using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EventRecording;

/// <summary>Names events after their series, so that every writer finds the same event.</summary>
/// <remarks><c>&lt;object name&gt;.&lt;128 bits of SHA-256, in hex&gt;</c>; over a version byte, the API group and the key, each field length-prefixed UTF-8.</remarks>
internal static class EventName
{
    private const byte Version = 1;
    private const int HashBytes = 16;
    private const int LongestName = 253;
    private const string HexDigits = "0123456789abcdef";

    // In the order in which they are tried; something random comes after them.
    private static readonly string[] Suffixes = ["", "-2", "-3"];

    [ThreadStatic]
    private static IncrementalHash? _sha;

    /// <summary>The name of the event of a series: the object's name, cut or left out where the result would be no DNS subdomain, and the hash.</summary>
    /// <param name="key">The series.</param>
    /// <param name="apiVersion">The group through which it is written.</param>
    /// <param name="suffix">Tells further names of one series apart; empty for the first.</param>
    public static string For(in SeriesKey key, string apiVersion, string suffix = "")
    {
        Span<char> hash = stackalloc char[HashBytes * 2];
        Hash(key, apiVersion, hash);
        var objectName = key.Regarding.Name.AsSpan();
        var room = LongestName - 1 - hash.Length - suffix.Length;
        var prefix = objectName.Length <= room ? objectName : objectName[..room].TrimEnd("-.");
        return DnsName.IsSubdomain(prefix) ? $"{prefix}.{hash}{suffix}" : $"{hash}{suffix}";
    }

    /// <summary>What is added to the name after so many were taken by strangers; <see langword="null"/> for something random.</summary>
    public static string? SuffixFor(int nameAttempt) => nameAttempt < Suffixes.Length ? Suffixes[nameAttempt] : null;

    /// <summary>How many names were taken by strangers before one with this suffix.</summary>
    public static int AttemptOf(string suffix) => Array.IndexOf(Suffixes, suffix) is >= 0 and var attempt ? attempt : Suffixes.Length;

    public static string RandomSuffix(Random random) => $"-{random.NextInt64():x16}";

    public static bool IsRandomSuffix(string suffix) => suffix.Length == 17 && suffix[0] == '-' && suffix.Skip(1).All(char.IsAsciiHexDigitLower);

    public static bool IsSuffix(string suffix) => Suffixes.Contains(suffix) || IsRandomSuffix(suffix);

    private static void Hash(in SeriesKey key, string apiVersion, Span<char> hex)
    {
        var buffer = new FieldBuffer(ArrayPool<byte>.Shared.Rent(512));
        buffer.Add(Version);
        buffer.Add(apiVersion);
        buffer.Add(key.Source.Component);
        buffer.Add(key.Source.Host);
        AddReference(ref buffer, key.Regarding);
        buffer.Add(key.Type);
        buffer.Add(key.Reason);
        buffer.Add((byte)key.Kind);
        buffer.Add(key.Message);
        buffer.Add(key.Action);
        AddReference(ref buffer, key.Related);

        // One for each thread: making one costs more than hashing a key.
        var sha = _sha ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        sha.AppendData(buffer.Written);
        sha.GetHashAndReset(hash);
        ArrayPool<byte>.Shared.Return(buffer.Bytes);
        for (var i = 0; i < HashBytes; i++)
            (hex[2 * i], hex[(2 * i) + 1]) = (HexDigits[hash[i] >> 4], HexDigits[hash[i] & 15]);
    }

    private static void AddReference(ref FieldBuffer buffer, ObjectReference? reference)
    {
        buffer.Add((byte)(reference is null ? 0 : 1));
        if (reference is null)
            return;
        buffer.Add(reference.ApiVersion);
        buffer.Add(reference.Kind);
        buffer.Add(reference.Namespace);
        buffer.Add(reference.Name);
        buffer.Add(reference.Uid);
        buffer.Add(reference.FieldPath);
    }

    private struct FieldBuffer(byte[] bytes)
    {
        private int _length;

        public byte[] Bytes { get; private set; } = bytes;

        public readonly ReadOnlySpan<byte> Written => Bytes.AsSpan(0, _length);

        public void Add(byte value)
        {
            Reserve(1);
            Bytes[_length++] = value;
        }

        public void Add(string? field)
        {
            var text = field ?? "";
            Reserve(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
            var count = Encoding.UTF8.GetBytes(text, Bytes.AsSpan(_length + sizeof(int)));
            BinaryPrimitives.WriteInt32LittleEndian(Bytes.AsSpan(_length), count);
            _length += sizeof(int) + count;
        }

        private void Reserve(int count)
        {
            if (_length + count <= Bytes.Length)
                return;
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, Bytes.Length * 2));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(Bytes);
            Bytes = larger;
        }
    }
}
