using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EventRecording.Tests.Sandbox.Replay;

/// <summary>Compares an answer with the recorded one, value by value, once the names of both are matched.</summary>
internal sealed partial class Comparison(RecordedNames names, JsonNode? sent, bool otherContent)
{
    private readonly List<Difference> _differences = [];

    public IReadOnlyList<Difference> Differences => _differences;

    public void Compare(string path, string key, JsonNode? recorded, JsonNode? actual)
    {
        switch (recorded, actual)
        {
            case (JsonObject expected, JsonObject found):
                CompareObjects(path, expected, found);
                break;
            case (JsonArray expected, JsonArray found):
                CompareLists(path, expected, found);
                break;
            case (JsonValue expected, JsonValue found):
                Check(IsSame(path, key, expected, found), path, recorded, actual);
                break;
            default:
                Check(recorded is null && actual is null, path, recorded, actual);
                break;
        }
    }

    public void Check(bool same, string path, object? recorded, object? actual)
    {
        if (!same)
            _differences.Add(new Difference("changed", path, $"recorded {Show(recorded)}, got {Show(actual)}"));
    }

    private void CompareObjects(string path, JsonObject recorded, JsonObject actual)
    {
        // First, so that a name is known before it is compared.
        if (recorded["generateName"] is { } prefix && recorded["name"] is { } name && actual["name"] is { } ours)
        {
            var letters = ((string)ours!)[((string)prefix!).Length..];
            Check(GeneratedName().IsMatch(letters) && names.BindText((string)name!, (string)ours!), path + ".name", name, ours);
        }
        foreach (var (key, value) in recorded)
        {
            if (actual.TryGetPropertyValue(key, out var other))
                Compare($"{path}.{key}", key, value, other);
            else
                _differences.Add(new Difference("missing", $"{path}.{key}", Show(value)));
        }
        foreach (var (key, value) in actual.Where(pair => !recorded.ContainsKey(pair.Key)))
            _differences.Add(new Difference("added", $"{path}.{key}", Show(value)));
    }

    private void CompareLists(string path, JsonArray recorded, JsonArray actual)
    {
        var keyed = recorded.Count > 0 && recorded.All(item => NameOf(item) is not null) && actual.All(item => NameOf(item) is not null);
        var (expected, found) = (Index(recorded, keyed), Index(actual, keyed));
        foreach (var (key, item) in expected)
        {
            if (found.TryGetValue(key, out var other))
                Compare($"{path}[{key}]", "", item, other);
            else
                _differences.Add(new Difference("missing", $"{path}[{key}]", Show(item)));
        }
        foreach (var (key, item) in found.Where(pair => !expected.ContainsKey(pair.Key)))
            _differences.Add(new Difference("added", $"{path}[{key}]", Show(item)));
    }

    private static Dictionary<string, JsonNode?> Index(JsonArray list, bool keyed) =>
        list.Select((item, i) => (Key: keyed ? NameOf(item)! : $"{i}", item)).ToDictionary(pair => pair.Key, pair => pair.item);

    /// <summary>Entries of discovery stand for themselves, in whatever order; everything else is in the order of the answer.</summary>
    private static string? NameOf(JsonNode? item)
    {
        var entry = item as JsonObject;
        var name = entry?["name"] ?? entry?["resource"] ?? (entry?["metadata"]?["uid"] is null ? entry?["metadata"]?["name"] : null);
        return entry is not null && !entry.ContainsKey("priority") && name is JsonValue ? (string?)name : null;
    }

    private bool IsSame(string path, string key, JsonValue recorded, JsonValue actual)
    {
        if (key == "remainingItemCount" && otherContent)
            return (long)actual > 0;
        if (!recorded.TryGetValue<string>(out var expected) || !actual.TryGetValue<string>(out var found))
            return JsonNode.DeepEquals(recorded, actual);
        return key switch
        {
            "uid" => names.BindText(expected, found),
            "resourceVersion" when path.EndsWith("metadata.resourceVersion", StringComparison.Ordinal) => names.BindVersion(expected, found),
            "resourceVersion" => names.Version(expected) == found,
            "continue" => names.BindToken(expected, found),
            "creationTimestamp" or "deletionTimestamp" => Time().IsMatch(found),
            "serverAddress" => found.Length > 0,
            "message" when expected == "<as sent>" => found == (string?)sent?["message"],
            _ => names.Text(expected) == found,
        };
    }

    private static string Show(object? value)
    {
        var text = value is JsonNode node ? node.ToJsonString() : value?.ToString() ?? "null";
        return text.Length > 300 ? text[..300] + " …" : text;
    }

    [GeneratedRegex("^[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    private static partial Regex GeneratedName();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex Time();
}

/// <summary>Something that is not as recorded.</summary>
/// <param name="Kind"><c>missing</c>, <c>added</c> or <c>changed</c>.</param>
/// <param name="Path">Where in the answer.</param>
/// <param name="Detail">What is different.</param>
internal sealed record Difference(string Kind, string Path, string Detail)
{
    public override string ToString() => $"{Kind} {Path}";
}
