using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EventRecording;

/// <summary>
/// One value of a filter: a literal, compared exactly as the API does, or a wildcard pattern as PowerShell has them, in any case.
/// </summary>
/// <remarks>
/// <c>*</c> any text, <c>?</c> any character, <c>[a-z]</c> one of these; a backtick takes away the meaning of what follows it.
/// </remarks>
public sealed class TextPattern
{
    private readonly string _text;
    private readonly StringBuilder _literal = new();
    private readonly StringBuilder _expression = new(@"\A");
    private readonly Regex? _regex;

    /// <exception cref="FormatException">A bracket is not closed, or a range runs backwards.</exception>
    private TextPattern(string text)
    {
        _text = text;
        var hasWildcards = false;
        for (var position = 0; position < text.Length; position++)
        {
            if (text[position] is '*' or '?' or '[')
                hasWildcards = true;
            Add(ref position);
        }

        // NonBacktracking takes time in proportion to the text's length, whatever the pattern.
        if (!hasWildcards)
            Literal = _literal.ToString();
        else
            _regex = new Regex(_expression.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <summary>The value itself, without backticks; <see langword="null"/> for a pattern with wildcards.</summary>
    public string? Literal { get; }

    /// <summary>Reads a value.</summary>
    /// <exception cref="FormatException">A bracket is not closed, or a range runs backwards.</exception>
    public static TextPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TextPattern(text);
    }

    /// <summary>Whether it is the literal, or fits the pattern; <see langword="null"/> counts as an empty text.</summary>
    public bool IsMatch(string? value) => _regex?.IsMatch(value ?? "") ?? string.Equals(Literal, value ?? "", StringComparison.Ordinal);

    /// <summary>The value as it was written.</summary>
    public override string ToString() => _text;

    private void Add(ref int position)
    {
        switch (_text[position])
        {
            case '*':
                _expression.Append(".*");
                break;
            case '?':
                _expression.Append('.');
                break;
            case '[':
                AddSet(ref position);
                break;
            default:
                var character = ReadCharacter(ref position);
                _literal.Append(character);
                AddEscaped(character);
                break;
        }
    }

    private void AddSet(ref int position)
    {
        _expression.Append('[');
        var start = position + 1;
        for (position = start; position < _text.Length; position++)
        {
            // As in PowerShell: a closing bracket right behind the opening one is a character of the set.
            if (_text[position] == ']' && position > start)
            {
                _expression.Append(']');
                return;
            }

            AddRange(ref position);
        }

        throw new FormatException($"The pattern '{SafeText.Quote(_text)}' has a bracket without an end; write `[ for the character itself.");
    }

    private void AddRange(ref int position)
    {
        var first = ReadCharacter(ref position);
        AddEscaped(first);
        if (position + 2 >= _text.Length || _text[position + 1] != '-' || _text[position + 2] == ']')
            return;
        position += 2;
        var last = ReadCharacter(ref position);
        if (last < first)
            throw new FormatException($"The pattern '{SafeText.Quote(_text)}' has a range that runs backwards: {first}-{last}.");
        _expression.Append('-');
        AddEscaped(last);
    }

    private char ReadCharacter(ref int position)
    {
        if (_text[position] == '`' && position + 1 < _text.Length)
            position++;
        return _text[position];
    }

    private void AddEscaped(char character) => _expression.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
}
