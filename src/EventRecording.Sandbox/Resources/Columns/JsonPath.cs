using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EventRecording.Sandbox;

/// <summary>The part of JSONPath that printer columns use: members, indexes, and one filter by equality.</summary>
internal sealed partial class JsonPath
{
    private readonly IReadOnlyList<Func<JsonNode?, JsonNode?>> _steps;

    private JsonPath(IReadOnlyList<Func<JsonNode?, JsonNode?>> steps) => _steps = steps;

    /// <summary>Reads a path such as <c>.status.conditions[?(@.type=="Ready")].status</c>; what is not understood finds nothing.</summary>
    public static JsonPath Parse(string path)
    {
        var steps = new List<Func<JsonNode?, JsonNode?>>();
        var at = 0;
        foreach (Match match in Step().Matches(path))
        {
            if (match.Index != at)
                break;
            at += match.Length;
            steps.Add(Read(match));
        }
        return new JsonPath(at == path.Length ? steps : [_ => null]);
    }

    public JsonNode? Find(JsonNode? root) => _steps.Aggregate(root, (node, step) => step(node));

    private static Func<JsonNode?, JsonNode?> Read(Match match)
    {
        if (match.Groups["key"] is { Success: true } key)
        {
            var (name, expected) = (key.Value, match.Groups["value"].Value);
            return node => (node as JsonArray)?.FirstOrDefault(item => (item as JsonObject).Text(name) == expected);
        }
        if (match.Groups["index"] is { Success: true } index)
        {
            var number = int.Parse(index.Value, CultureInfo.InvariantCulture);
            return node => (node as JsonArray)?.ElementAtOrDefault(number);
        }
        var member = match.Groups["member"].Value.Replace(@"\.", ".", StringComparison.Ordinal);
        return node => (node as JsonObject)?[member];
    }

    [GeneratedRegex(
        """
        \G(?: \.(?<member>(?:\\.|[^.\[\]\\])+)
            | \['(?<member>[^']+)'\]
            | \[(?<index>\d+)\]
            | \[\?\(@\.(?<key>\w+)\s*==\s*["'](?<value>[^"']*)["']\)\] )
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Step();
}
