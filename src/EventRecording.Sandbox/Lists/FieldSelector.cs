using System.Text;

namespace EventRecording.Sandbox;

/// <summary>A field selector such as <c>type=Warning,reason!=Paged</c>.</summary>
internal sealed class FieldSelector
{
    private readonly List<(int Field, string Value, bool Equal)> _terms = [];

    public bool IsEmpty => _terms.Count == 0;

    /// <exception cref="ApiException">The selector is not understood, or asks for a field that cannot be selected by.</exception>
    public static FieldSelector Parse(string text, ResourceStrategy strategy)
    {
        var result = new FieldSelector();
        foreach (var term in Split(text))
        {
            var (label, value, equal) = ParseTerm(text, term);
            result._terms.Add((IndexOf(label, strategy), value, equal));
        }
        return result;
    }

    public bool Matches(StoredObject stored) => _terms.TrueForAll(term => Value(stored, term.Field) == term.Value == term.Equal);

    private static string Value(StoredObject stored, int field) => field switch
    {
        0 => stored.Name,
        1 => stored.Namespace,
        _ => stored.Fields[field - 2],
    };

    private static int IndexOf(string label, ResourceStrategy strategy)
    {
        if (label is "metadata.name")
            return 0;
        if (label is "metadata.namespace")
            return 1;
        for (var i = 0; i < strategy.FieldLabels.Count; i++)
        {
            if (strategy.FieldLabels[i] == label)
                return i + 2;
        }
        throw ApiStatus.BadRequest("field label not supported: " + label);
    }

    private static (string Label, string Value, bool Equal) ParseTerm(string selector, string term)
    {
        for (var i = 0; i < term.Length; i++)
        {
            var rest = term.AsSpan(i);
            if (rest.StartsWith("!="))
                return (term[..i], Unescape(term[(i + 2)..]), false);
            if (rest.StartsWith("=="))
                return (term[..i], Unescape(term[(i + 2)..]), true);
            if (rest[0] == '=')
                return (term[..i], Unescape(term[(i + 1)..]), true);
        }
        throw ApiStatus.BadRequest($"invalid selector: '{selector}'; can't understand '{term}'");
    }

    /// <summary>Terms stand between commas; a comma behind a backslash belongs to a value.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == ',')
            {
                if (i > start)
                    yield return text[start..i];
                start = i + 1;
            }
        }
        if (start < text.Length)
            yield return text[start..];
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
            return value;
        var result = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
            result.Append(value[i] == '\\' && i + 1 < value.Length ? value[++i] : value[i]);
        return result.ToString();
    }
}
