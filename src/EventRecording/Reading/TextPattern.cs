namespace EventRecording;

/// <summary>
/// One value of a filter: a literal, compared exactly as the API does, or a wildcard pattern as PowerShell has them, in any case.
/// </summary>
/// <remarks>
/// <c>*</c> any text, <c>?</c> any character, <c>[a-z]</c> one of these; a backtick takes away the meaning of what follows it.
/// </remarks>
internal sealed class TextPattern
{
    private readonly string _text;
    private readonly List<Token> _tokens;

    private TextPattern(string text, List<Token> tokens)
    {
        _text = text;
        _tokens = tokens;
        Literal = tokens.TrueForAll(token => token.Kind == TokenKind.Character)
            ? string.Concat(tokens.Select(token => token.Character))
            : null;
    }

    /// <summary>The value itself, without backticks; <see langword="null"/> for a pattern with wildcards.</summary>
    public string? Literal { get; }

    /// <exception cref="FormatException">A bracket is not closed, or a range runs backwards.</exception>
    public static TextPattern Parse(string text)
    {
        var tokens = new List<Token>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            tokens.Add(text[i] switch
            {
                '`' when i + 1 < text.Length => Token.Of(text[++i]),
                '*' => new Token(TokenKind.AnyText),
                '?' => new Token(TokenKind.AnyCharacter),
                '[' => new Token(TokenKind.Set, Set: CharacterSet.Parse(text, ref i)),
                var other => Token.Of(other),
            });
        }

        return new TextPattern(text, tokens);
    }

    public bool IsMatch(string? value)
    {
        value ??= "";
        return Literal is { } literal ? string.Equals(literal, value, StringComparison.Ordinal) : IsWildcardMatch(value);
    }

    public override string ToString() => _text;

    // Goes back to the latest star only: more is never needed, so the time is bounded by length times length.
    private bool IsWildcardMatch(string value)
    {
        int at = 0, token = 0, star = -1, resume = 0;
        while (at < value.Length)
        {
            if (token < _tokens.Count && _tokens[token].Kind == TokenKind.AnyText)
            {
                star = token++;
                resume = at;
            }
            else if (token < _tokens.Count && _tokens[token].Takes(value[at]))
            {
                token++;
                at++;
            }
            else if (star >= 0)
            {
                token = star + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }

        return _tokens.Skip(token).All(rest => rest.Kind == TokenKind.AnyText);
    }

    private enum TokenKind
    {
        Character,
        AnyCharacter,
        AnyText,
        Set,
    }

    private readonly record struct Token(TokenKind Kind, char Character = default, CharacterSet? Set = null)
    {
        public static Token Of(char character) => new(TokenKind.Character, character);

        public bool Takes(char value) => Kind switch
        {
            TokenKind.Character => char.ToUpperInvariant(Character) == char.ToUpperInvariant(value),
            TokenKind.Set => Set!.Contains(value),
            _ => true,
        };
    }
}
