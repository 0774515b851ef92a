using System.Text.RegularExpressions;

namespace EventRecording.PowerShell;

/// <summary>The word at the cursor, which may have begun with a quote, and how a value is written in its place.</summary>
internal sealed partial class CompletionWord
{
    // PowerShell takes typographic quotes for quotes, and each one of a sort ends what another one began.
    private const string SingleQuotes = "'\u2018\u2019\u201A\u201B";
    private const string DoubleQuotes = "\"\u201C\u201D\u201E";
    private readonly bool _isQuoted;
    private readonly bool _isDouble;

    public CompletionWord(string? typed)
    {
        typed ??= "";
        _isDouble = typed.Length > 0 && DoubleQuotes.Contains(typed[0], StringComparison.Ordinal);
        _isQuoted = _isDouble || (typed.Length > 0 && SingleQuotes.Contains(typed[0], StringComparison.Ordinal));
        Value = _isQuoted ? typed.Trim((_isDouble ? DoubleQuotes : SingleQuotes).ToCharArray()) : typed;
    }

    /// <summary>What was typed, without its quotes.</summary>
    public string Value { get; }

    /// <summary>What fits the word, and can be typed and shown: text from a cluster may hold anything, or nothing.</summary>
    public IEnumerable<Candidate> Choose(IEnumerable<Candidate> candidates) =>
        candidates.Where(candidate => candidate.Text.Length > 0 && candidate.Text.StartsWith(Value, StringComparison.OrdinalIgnoreCase) && SafeText.Escape(candidate.Text) == candidate.Text);

    /// <summary>The text as it is written at the prompt, as one string whatever it holds: quoted where it was, or where it must be.</summary>
    public string Write(string text) =>
        !_isQuoted && Plain().IsMatch(text) && !Number().IsMatch(text) ? text
        : _isDouble ? $"\"{Escape(text, DoubleQuotes + "`$", _ => '`')}\""
        : $"'{Escape(text, SingleQuotes, quote => quote)}'";

    private static string Escape(string text, string special, Func<char, char> with) =>
        string.Concat(text.Select(c => special.Contains(c, StringComparison.Ordinal) ? $"{with(c)}{c}" : c.ToString()));

    // With a dash first it would be a parameter.
    [GeneratedRegex(@"\A[\p{L}\p{Nd}/._:][\p{L}\p{Nd}/._:-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    // Behind a comma a number is one, and 007 would be 7.
    [GeneratedRegex(@"\A(0x[0-9a-f]+|0b[01]+|([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?)(u?[ysl]?|[dn])([kmgtp]b)?\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}

/// <summary>What TAB may put in.</summary>
/// <param name="Text">The value of the argument.</param>
/// <param name="Tip">What it is.</param>
internal sealed record Candidate(string Text, string Tip)
{
    private const int LongestTip = 256;

    public Candidate(string text)
        : this(text, text)
    {
    }

    public string Tip { get; } = SafeText.OneLine(Tip, LongestTip);
}
