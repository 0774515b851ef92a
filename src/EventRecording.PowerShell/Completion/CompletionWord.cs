namespace EventRecording.PowerShell;

/// <summary>The word at the cursor, which may have begun with a quote, and how a value is written in its place.</summary>
internal sealed class CompletionWord
{
    private readonly char _quote;

    public CompletionWord(string? typed)
    {
        typed ??= "";
        _quote = typed.Length > 0 && typed[0] is '\'' or '"' ? typed[0] : '\0';
        Value = _quote == '\0' ? typed : typed.Trim(_quote);
    }

    /// <summary>What was typed, without its quotes.</summary>
    public string Value { get; }

    /// <summary>What fits the word, and can be typed and shown: text from a cluster may hold anything.</summary>
    public IEnumerable<Candidate> Choose(IEnumerable<Candidate> candidates) =>
        candidates.Where(candidate => candidate.Text.StartsWith(Value, StringComparison.OrdinalIgnoreCase) && SafeText.Escape(candidate.Text) == candidate.Text);

    /// <summary>The text as it is written at the prompt: quoted where it was, or where it must be.</summary>
    public string Write(string text) =>
        _quote == '\0' && text.Length > 0 && text.All(IsPlain) ? text
        : _quote == '"' ? $"\"{text.Replace("`", "``", StringComparison.Ordinal).Replace("\"", "`\"", StringComparison.Ordinal).Replace("$", "`$", StringComparison.Ordinal)}\""
        // PowerShell takes typographic quotes for quotes.
        : $"'{string.Concat(text.Select(c => c is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B' ? $"{c}{c}" : c.ToString()))}'";

    private static bool IsPlain(char c) => char.IsLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':';
}

/// <summary>What TAB may put in.</summary>
/// <param name="Text">The value of the argument.</param>
/// <param name="Tip">What it is.</param>
internal sealed record Candidate(string Text, string Tip)
{
    public Candidate(string text)
        : this(text, text)
    {
    }
}
