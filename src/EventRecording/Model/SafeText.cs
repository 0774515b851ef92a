using System.Globalization;
using System.Text;

namespace EventRecording;

/// <summary>
/// Makes text from the cluster fit for a terminal: one line, with everything visible that could steer a terminal or deceive a reader.
/// </summary>
/// <remarks>
/// Escaped are control characters (<c>^[</c> for escape, as kubectl writes it; <c>\n</c>, <c>\r</c>, <c>\t</c>; <c>\u0085</c>),
/// line and paragraph separators, what is invisible, such as bidirectional overrides, zero-width spaces, fillers and the blank Braille pattern
/// (<c>\u202E</c>), and noncharacters. The zero-width joiners and the choice between text and emoji (U+FE0E, U+FE0F) stay: Persian, Indic scripts and
/// emoji need them. Lone surrogates become U+FFFD.
/// The result is for reading only: a backslash stays as it is, so it cannot be turned back.
/// </remarks>
public static class SafeText
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const int BlankBraille = 0x2800;

    /// <summary>The text in one line, trimmed, with what is dangerous made visible; empty for <see langword="null"/>.</summary>
    public static string Escape(string? text)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || IsPlain(text))
            return text ?? "";
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Append(safe, rune);
        return safe.ToString();
    }

    /// <summary>The text in one line for an error message: as <see cref="Escape"/>, but a line break or a tab is a space, and a long text is cut.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">Characters after which it is cut and ends in <c>…</c>.</param>
    public static string OneLine(string? text, int longest = 4096)
    {
        if (string.IsNullOrEmpty(text) || (text.Length <= longest && IsPlain(text)))
            return text ?? "";
        var safe = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (safe.Length >= longest)
                return safe.Append('…').ToString();
            if (rune.Value is '\n' or '\r' or '\t')
                safe.Append(' ');
            else
                Append(safe, rune);
        }

        return safe.ToString();
    }

    /// <summary>The text as a sentence may quote it: as <see cref="Escape"/>, but a long text is cut.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">Characters after which it is cut and ends in <c>…</c>. Default: 200.</param>
    public static string Quote(string? text, int longest = 200)
    {
        var safe = Escape(text);
        return safe.Length <= longest ? safe : $"{safe.AsSpan(0, char.IsHighSurrogate(safe[longest - 1]) ? longest - 1 : longest)}…";
    }

    /// <summary>As <see cref="OneLine"/>, with the lines kept apart.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">Characters after which a line is cut and ends in <c>…</c>.</param>
    public static string Lines(string text, int longest = 4096)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => OneLine(line, longest)));
    }

    private static void Append(StringBuilder safe, Rune rune)
    {
        if (!IsHarmful(rune))
            safe.Append(rune);
        else if (rune.Value is '\n' or '\r' or '\t')
            safe.Append('\\').Append(rune.Value switch { '\n' => 'n', '\r' => 'r', _ => 't' });
        else if (rune.Value < ' ')
            safe.Append('^').Append((char)(rune.Value + '@'));
        else if (rune.IsBmp)
            safe.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
        else
            safe.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
    }

    // Nearly all there is to show.
    private static bool IsPlain(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner),
        _ => !rune.IsAscii && (IsIgnorable(rune.Value) || IsNoncharacter(rune.Value)),
    };

    // Unicode's Default_Ignorable_Code_Point as far as it is no formatting by its category: fonts show nothing. And one that is blank. Without U+FE0E and U+FE0F, by which a text or an emoji is chosen.
    private static bool IsIgnorable(int value) => value switch
    {
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or BlankBraille or 0x3164 => true,
        (>= 0xFE00 and <= 0xFE0D) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF) => true,
        _ => false,
    };

    private static bool IsNoncharacter(int value) => value is >= 0xFDD0 and <= 0xFDEF || (value & 0xFFFE) == 0xFFFE;
}
