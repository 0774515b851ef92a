using System.Globalization;
using System.Text;

namespace EventRecording;

/// <summary>
/// Makes text from the cluster fit for a terminal: one line, with everything visible that could steer a terminal or deceive a reader.
/// </summary>
/// <remarks>
/// Escaped are control characters (<c>^[</c> for escape, as kubectl writes it; <c>\n</c>, <c>\r</c>, <c>\t</c>; <c>\u0085</c>),
/// line and paragraph separators, and invisible formatting such as bidirectional overrides and zero-width spaces (<c>\u202E</c>).
/// The zero-width joiners stay: Persian, Indic scripts and emoji need them. Lone surrogates become U+FFFD.
/// The result is for reading only: a backslash stays as it is, so it cannot be turned back.
/// </remarks>
public static class SafeText
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>The text in one line, trimmed, with what is dangerous made visible; empty for <see langword="null"/>.</summary>
    public static string Escape(string? text)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text.All(char.IsLetterOrDigit))
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
        var safe = new StringBuilder(Math.Min(text?.Length ?? 0, longest));
        foreach (var rune in (text ?? "").EnumerateRunes())
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
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => OneLine(line)));
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

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner),
        _ => false,
    };
}
