using System.Text;

namespace EventRecording.PowerShell;

/// <summary>Text that is broken to the width of its column where a reader would break it; PowerShell breaks within a word.</summary>
internal static class CellText
{
    private const string Joints = "-./_:, ";

    /// <summary>The text in lines of at most so many characters: behind a hyphen, a point, a slash or a space, before a bracket or the next word of a name in CamelCase, else wherever it is full.</summary>
    public static string Fitted(string text, int width)
    {
        width = Math.Max(width, 1);
        if (text.Length <= width)
            return text;
        var lines = new StringBuilder();
        var rest = text.AsSpan();
        while (rest.Length > width)
        {
            var end = End(rest, width);
            lines.Append(rest[..end].TrimEnd(' ')).Append('\n');
            rest = rest[end..];
        }
        return lines.Append(rest).ToString();
    }

    /// <summary>Texts with a space between them, or in lines of their own where they do not fit into one.</summary>
    public static string Fitted(IEnumerable<string?> parts, int width)
    {
        var lines = new List<string>();
        foreach (var part in parts)
        {
            if (string.IsNullOrEmpty(part))
                continue;
            if (lines.Count > 0 && lines[^1].Length + 1 + part.Length <= width)
                lines[^1] += $" {part}";
            else
                lines.AddRange(Fitted(part, width).Split('\n'));
        }

        return string.Join('\n', lines);
    }

    /// <summary>An interval as <c>66s (x2 over 72s)</c>, before the bracket or the word if it does not fit into one line.</summary>
    public static string FittedInterval(string interval, int width)
    {
        if (interval.Length <= width)
            return interval;
        var bracket = interval.Replace(" (", "\n(", StringComparison.Ordinal);
        if (Fits(bracket, width))
            return bracket;
        var word = interval.Replace(" over ", "\nover ", StringComparison.Ordinal);
        return Fits(word, width) ? word : bracket.Replace(" over ", "\nover ", StringComparison.Ordinal);
    }

    private static bool Fits(string lines, int width) => lines.Split('\n').All(line => line.Length <= width);

    private static int End(ReadOnlySpan<char> text, int width)
    {
        if (text[width] == ' ')
            return width + 1;
        // A line with hardly anything in it costs more than it tells.
        for (var end = width; end > width / 3; end--)
        {
            if (IsJoint(text[end - 1], text[end]))
                return end;
        }
        // Not within a character of two.
        return width > 1 && char.IsLowSurrogate(text[width]) ? width - 1 : width;
    }

    private static bool IsJoint(char before, char after) =>
        Joints.Contains(before, StringComparison.Ordinal) || after is '{' or '[' || (char.IsLower(before) && char.IsUpper(after));
}
