using System.Globalization;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>Makes text from a server fit for an error message: one line, no control characters, not too long.</summary>
internal static class PrintableText
{
    public const int LongestMessage = 4096;

    public static string Of(string text, int maxLength = LongestMessage)
    {
        var printable = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (printable.Length >= maxLength)
                return printable.Append('…').ToString();
            Append(printable, rune);
        }

        return printable.ToString();
    }

    /// <summary>As <see cref="Of"/>, with the lines kept apart.</summary>
    public static string OfLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => Of(line)));

    // Format characters too: they can turn the direction of what follows, or hide it.
    private static void Append(StringBuilder printable, Rune rune)
    {
        if (rune.Value is '\n' or '\r' or '\t')
            printable.Append(' ');
        else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            printable.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else
            printable.Append(rune.ToString());
    }
}
