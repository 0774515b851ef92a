using System.Globalization;
using System.Net;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>Makes secrets *** in texts that may repeat them, as they are or as JSON, HTML and addresses write their characters.</summary>
internal sealed class SecretMask(IEnumerable<string> secrets)
{
    /// <summary>In characters. Shorter texts are not masked: they are hardly secrets, and occur in other words.</summary>
    public const int Shortest = 6;

    private const string Masked = "***";

    // So that a text of nothing but signs that begin one is read once.
    private const int LongestForm = 10;

    /// <summary>Masks nothing.</summary>
    public static readonly SecretMask None = new([]);

    // The longest first: one may be a part of another.
    private readonly string[] _secrets = [.. secrets.Where(secret => secret.Length >= Shortest).Distinct().OrderByDescending(secret => secret.Length)];

    /// <summary>The text without the secrets. Before it is cut: of what is cut, nobody knows that it was one.</summary>
    public string Mask(string text) => _secrets.Aggregate(text, Mask);

    /// <summary>The text with each character that is written in another form as itself.</summary>
    public static string Decode(string text)
    {
        var decoded = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            decoded.Append(ReadForm(text.AsSpan(at), out var length));
            at += length;
        }

        return decoded.ToString();
    }

    /// <summary>The status with none of them in any of its texts.</summary>
    public KubernetesStatus Mask(KubernetesStatus status) => _secrets.Length == 0 ? status : status with
    {
        Reason = Mask(status.Reason),
        Message = Mask(status.Message),
        Name = status.Name is { } name ? Mask(name) : null,
        Group = Mask(status.Group),
        Kind = status.Kind is { } kind ? Mask(kind) : null,
        Causes = [.. status.Causes.Select(cause => new KubernetesStatusCause(Mask(cause.Reason), Mask(cause.Message), Mask(cause.Field)))],
        Continue = status.Continue is { } token ? Mask(token) : null,
    };

    private static string Mask(string text, string secret)
    {
        if (text.AsSpan().IndexOfAny('\\', '%', '&') < 0)
            return text.Replace(secret, Masked, StringComparison.Ordinal);
        var masked = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var length = LengthAtStart(text.AsSpan(at), secret);
            masked.Append(length == 0 ? text.AsSpan(at, 1) : Masked);
            at += Math.Max(length, 1);
        }

        return masked.ToString();
    }

    // 0 if the text does not begin with it.
    private static int LengthAtStart(ReadOnlySpan<char> text, string secret)
    {
        var at = 0;
        foreach (var character in secret)
        {
            if (at == text.Length)
                return 0;
            if (ReadForm(text[at..], out var length) == character)
                at += length;
            else if (text[at] == character)
                at++;
            else
                return 0;
        }

        return at;
    }

    private static char ReadForm(ReadOnlySpan<char> text, out int length)
    {
        switch (text)
        {
            case ['\\', ..]:
                // Several where JSON stands in JSON.
                length = Start(text).IndexOfAnyExcept('\\');
                if (length < 0)
                    break;
                if (text[length..] is ['u', var a, var b, var c, var d, ..] && TryHex([a, b, c, d], out var unit))
                {
                    length += 5;
                    return unit;
                }

                return text[length++];
            case ['%', var high, var low, ..] when TryHex([high, low], out var ascii) && char.IsAscii(ascii):
                length = 3;
                return ascii;
            case ['&', ..] when Start(text).IndexOf(';') is var end and > 0 && WebUtility.HtmlDecode(text[..(end + 1)].ToString()) is [var character]:
                length = end + 1;
                return character;
        }

        length = 1;
        return text[0];
    }

    private static ReadOnlySpan<char> Start(ReadOnlySpan<char> text) => text[..Math.Min(text.Length, LongestForm)];

    private static bool TryHex(ReadOnlySpan<char> digits, out char character)
    {
        var isHex = ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        character = (char)value;
        return isHex;
    }
}
