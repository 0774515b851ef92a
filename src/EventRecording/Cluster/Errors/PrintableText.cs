using System.Text;
using EventRecording.Reading;

namespace EventRecording.Cluster;

/// <summary>Makes text from a server fit for an error message: one line, safe as <see cref="SafeText"/> makes it, not too long.</summary>
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
            // In an error a line break is a space: nothing is lost that anybody looks for.
            if (rune.Value is '\n' or '\r' or '\t')
                printable.Append(' ');
            else
                SafeText.Append(printable, rune);
        }

        return printable.ToString();
    }

    /// <summary>As <see cref="Of"/>, with the lines kept apart.</summary>
    public static string OfLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => Of(line)));
}
