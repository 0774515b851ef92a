namespace EventRecording;

/// <summary>The set of characters between brackets in a pattern, such as <c>[a-cx]</c>, in any case.</summary>
internal sealed class CharacterSet
{
    private readonly List<(char First, char Last)> _ranges = [];

    /// <summary>Reads the set that opens at <paramref name="position"/>, and leaves the position on its closing bracket.</summary>
    /// <exception cref="FormatException">The bracket is not closed, or a range runs backwards.</exception>
    public static CharacterSet Parse(string pattern, ref int position)
    {
        var set = new CharacterSet();
        var start = position + 1;
        for (position = start; position < pattern.Length; position++)
        {
            // As in PowerShell: a closing bracket right behind the opening one is a character of the set.
            if (pattern[position] == ']' && position > start)
                return set;
            set.AddRange(pattern, ref position);
        }

        throw new FormatException($"The pattern '{pattern}' has a bracket without an end; write `[ for the character itself.");
    }

    public bool Contains(char value) => ContainsExactly(char.ToUpperInvariant(value)) || ContainsExactly(char.ToLowerInvariant(value));

    private bool ContainsExactly(char value) => _ranges.Exists(range => value >= range.First && value <= range.Last);

    private void AddRange(string pattern, ref int position)
    {
        var first = ReadCharacter(pattern, ref position);
        if (position + 2 >= pattern.Length || pattern[position + 1] != '-' || pattern[position + 2] == ']')
        {
            _ranges.Add((first, first));
            return;
        }

        position += 2;
        var last = ReadCharacter(pattern, ref position);
        if (last < first)
            throw new FormatException($"The pattern '{pattern}' has a range that runs backwards: {first}-{last}.");
        _ranges.Add((first, last));
    }

    private static char ReadCharacter(string pattern, ref int position)
    {
        if (pattern[position] == '`' && position + 1 < pattern.Length)
            position++;
        return pattern[position];
    }
}
