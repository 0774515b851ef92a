using System.Globalization;
using System.Text.RegularExpressions;

namespace EventRecording.Sandbox;

/// <summary>
/// A label selector with all of its operators: <c>=</c>, <c>==</c>, <c>!=</c>,
/// <c>in</c>, <c>notin</c>, a key alone, <c>!key</c>, <c>&lt;</c>, <c>&gt;</c>.
/// </summary>
internal sealed partial class LabelSelector
{
    private readonly List<Func<IReadOnlyDictionary<string, string>, bool>> _terms = [];

    public bool IsEmpty => _terms.Count == 0;

    /// <exception cref="ApiException">The selector is not understood.</exception>
    public static LabelSelector Parse(string text)
    {
        var result = new LabelSelector();
        var at = 0;
        while (at < text.Length && !string.IsNullOrWhiteSpace(text[at..]))
        {
            var match = Requirement().Match(text, at);
            if (!match.Success)
                throw Unparsable($"found '{text[at..].Trim()}', expected: a key, '!', 'in', 'notin', '=', '==', '!=', '<' or '>'");
            result._terms.Add(Read(match));
            at = match.Index + match.Length;
        }
        return result;
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => _terms.TrueForAll(term => term(labels));

    private static Func<IReadOnlyDictionary<string, string>, bool> Read(Match match)
    {
        var key = match.Groups["key"].Value;
        foreach (var message in Names.Qualified(key))
            throw Unparsable($"<nil>: Invalid value: \"{key}\": {message}");
        if (match.Groups["not"].Success)
            return labels => !labels.ContainsKey(key);
        var value = match.Groups["value"].Value;
        return match.Groups["operator"].Value switch
        {
            "=" or "==" => labels => labels.TryGetValue(key, out var actual) && actual == value,
            "!=" => labels => !labels.TryGetValue(key, out var actual) || actual != value,
            "in" => In(key, match, true),
            "notin" => In(key, match, false),
            ">" => Compare(key, value, (actual, limit) => actual > limit),
            "<" => Compare(key, value, (actual, limit) => actual < limit),
            _ => labels => labels.ContainsKey(key),
        };
    }

    private static Func<IReadOnlyDictionary<string, string>, bool> In(string key, Match match, bool wanted)
    {
        var values = match.Groups["set"].Value.Split(',').Select(value => value.Trim()).ToHashSet(StringComparer.Ordinal);
        return labels => (labels.TryGetValue(key, out var actual) && values.Contains(actual)) == wanted;
    }

    private static Func<IReadOnlyDictionary<string, string>, bool> Compare(string key, string value, Func<long, long, bool> compare)
    {
        if (!long.TryParse(value, CultureInfo.InvariantCulture, out var limit))
            throw Unparsable($"values[0][{key}]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer");
        return labels => labels.TryGetValue(key, out var text)
            && long.TryParse(text, CultureInfo.InvariantCulture, out var actual)
            && compare(actual, limit);
    }

    private static ApiException Unparsable(string why) => ApiStatus.BadRequest("unable to parse requirement: " + why);

    [GeneratedRegex(
        """
        \G\s*
        (?: (?<not>!) \s* (?<key>[^\s,=!<>()]+)
          | (?<key>[^\s,=!<>()]+) \s*
            (?: (?<operator>(?<=\s)(?:in|notin)) \s* \((?<set>[^()]*)\)
              | (?<operator>==|=|!=|<|>) \s* (?<value>[^\s,=!<>()]*) )? )
        \s*(?:,|\z)
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Requirement();
}
