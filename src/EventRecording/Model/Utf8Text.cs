using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace EventRecording;

/// <summary>Text as it goes to the API: valid Unicode, cut by bytes at a character.</summary>
internal static class Utf8Text
{
    /// <summary>Replaces lone surrogates, which UTF-8 cannot carry, by U+FFFD.</summary>
    public static string ReplaceLoneSurrogates(string text)
    {
        if (!HasSurrogates(text))
            return text;
        return string.Create(text.Length, text, static (chars, text) =>
        {
            text.CopyTo(chars);
            for (var i = 0; i < chars.Length; i++)
            {
                if (!char.IsSurrogate(chars[i]))
                    continue;
                if (i + 1 < chars.Length && char.IsSurrogatePair(chars[i], chars[i + 1]))
                    i++;
                else
                    chars[i] = '\uFFFD';
            }
        });
    }

    // Every text that is written goes through this: compiled well at once.
    [MethodImpl(Hot.Code)]
    private static bool HasSurrogates(string text)
    {
        foreach (var one in text)
        {
            if (char.IsSurrogate(one))
                return true;
        }

        return false;
    }

    public static int ByteCount(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>Bytes of the text inside a JSON string, at most: what <see cref="JsonWriting"/> escapes takes up to six for each half.</summary>
    public static int JsonByteCount(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
            count += rune.Value is '"' or '\\' ? 2 : JsonWriting.Escapes(rune) ? 6 * rune.Utf16SequenceLength : rune.Utf8SequenceLength;
        return count;
    }

    /// <summary>The text itself, or as much of its beginning as fits together with a remark that it was cut.</summary>
    public static string CutToBytes(string text, int most) => Cut(text, most, static span => Encoding.UTF8.GetByteCount(span));

    /// <summary>As <see cref="CutToBytes"/>, measured as a JSON string.</summary>
    public static string CutToJsonBytes(string text, int most) => Cut(text, most, static span => JsonByteCount(span));

    private delegate int Measure(ReadOnlySpan<char> text);

    private static string Cut(string text, int most, Measure bytes)
    {
        // No character takes more than six bytes.
        if (text.Length <= most / 6 || bytes(text) <= most)
            return text;
        var remark = string.Create(CultureInfo.InvariantCulture, $"… (cut from {ByteCount(text)} bytes)");
        var room = most - bytes(remark);
        if (room < 0)
            (remark, room) = ("", most);
        var length = LongestPrefix(text, room, bytes);
        return string.Concat(text.AsSpan(0, length), remark);
    }

    private static int LongestPrefix(string text, int room, Measure bytes)
    {
        var (fits, tooLong) = (0, text.Length);
        while (fits + 1 < tooLong)
        {
            var middle = fits + ((tooLong - fits) / 2);
            if (bytes(text.AsSpan(0, middle)) <= room)
                fits = middle;
            else
                tooLong = middle;
        }

        return fits > 0 && char.IsHighSurrogate(text[fits - 1]) ? fits - 1 : fits;
    }
}
