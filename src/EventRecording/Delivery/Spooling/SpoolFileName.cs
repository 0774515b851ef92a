using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventRecording;

/// <summary>The name of a file in the spool: what others need to know without opening it. Never used a second time.</summary>
/// <param name="Scope">Stands for the version of the format, the cluster and the user: files of another scope are left alone.</param>
/// <param name="WriterId">With <paramref name="Number"/>, the mark that the write leaves on its event.</param>
/// <param name="Number">Number of the write.</param>
/// <param name="Count">How many occurrences are in it.</param>
internal readonly record struct SpoolFileName(string Scope, string WriterId, long Number, int Count)
{
    public const string Extension = ".json";

    private const int HexLength = 16;
    private const string FormatVersion = "1";

    public static string ScopeOf(SpoolOptions options) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{FormatVersion}\0{options.Cluster}\0{options.User}")).AsSpan(0, HexLength / 2)).ToLowerInvariant();

    public static bool IsWriterId(string text) => text.Length == HexLength && text.All(char.IsAsciiHexDigitLower);

    public static SpoolFileName? TryParse(string name)
    {
        if (!name.EndsWith(Extension, StringComparison.Ordinal) || name[..^Extension.Length].Split('-') is not { Length: 4 } parts
            || !IsWriterId(parts[0]) || !IsWriterId(parts[1])
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return null;
        var parsed = new SpoolFileName(parts[0], parts[1], number, count);
        return count > 0 && parsed.ToString() == name ? parsed : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scope}-{WriterId}-{Number}-{Count}{Extension}");
}
