using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EventRecording.Tests.Sandbox.Replay;

/// <summary>
/// What the recorded server called something, and what the sandbox calls
/// it: uids, generated names, versions, tokens of pages.
/// </summary>
internal sealed partial class RecordedNames
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    /// <summary>
    /// Puts ours in the place of what another recorded server called it; only
    /// in requests that are sent for what they leave behind.
    /// </summary>
    public void Alias((string Uid, string Version) recorded, (string Uid, string Version) actual)
    {
        _aliases[recorded.Uid] = actual.Uid;
        _aliases[recorded.Version] = actual.Version;
    }

    /// <returns>Whether the two can be the same thing: each recorded uid or name has one counterpart.</returns>
    public bool BindText(string recorded, string actual) =>
        _texts.TryGetValue(recorded, out var bound) ? bound == actual : !_texts.ContainsValue(actual) && _texts.TryAdd(recorded, actual);

    /// <returns>Whether the two can be the same version: one counterpart each, and all in the same order.</returns>
    public bool BindVersion(string recorded, string actual)
    {
        if (_versions.TryGetValue(recorded, out var bound))
            return bound == actual;
        var inOrder = _versions.All(other => Compare(recorded, other.Key) == Compare(actual, other.Value));
        return inOrder && _versions.TryAdd(recorded, actual);
    }

    /// <returns>Whether the two tokens lead to the same place.</returns>
    public bool BindToken(string recorded, string actual)
    {
        var (expected, found) = (Decode(recorded), Decode(actual));
        var (version, other) = (expected["rv"]!.ToString(), found["rv"]!.ToString());
        return (string?)expected["v"] == (string?)found["v"]
            && Text((string)expected["start"]!) == (string?)found["start"]
            && (version == "-1" ? other == "-1" : BindVersion(version, other));
    }

    /// <summary>A recorded text with our names in it.</summary>
    public string Text(string recorded) =>
        _texts.Concat(_aliases).Aggregate(recorded, (text, name) => text.Replace(name.Key, name.Value, StringComparison.Ordinal));

    public string Version(string recorded) => _versions.GetValueOrDefault(recorded, _aliases.GetValueOrDefault(recorded, recorded));

    /// <summary>The path of a recorded request, with our names, versions and tokens.</summary>
    public string Path(string recorded)
    {
        var path = VersionParameter().Replace(Text(recorded), match => match.Groups[1].Value + Version(match.Groups[2].Value));
        return TokenParameter().Replace(path, match => match.Groups[1].Value + Token(match.Groups[2].Value));
    }

    /// <summary>
    /// The body of a recorded request, with our names and versions, and
    /// with what the transcripts shortened at full length.
    /// </summary>
    public JsonNode? Body(JsonNode? recorded, string key = "") => recorded switch
    {
        JsonObject source => new JsonObject(source.Select(pair => KeyValuePair.Create(pair.Key, Body(pair.Value, pair.Key)))),
        JsonArray list => new JsonArray([.. list.Select(item => Body(item))]),
        JsonValue value when value.TryGetValue<string>(out var text) => key == "resourceVersion" ? Version(text) : Expand(Text(text)),
        _ => recorded?.DeepClone(),
    };

    private static string Expand(string text) => Shortened().Match(text) is { Success: true } match
        ? new string(match.Groups[2].Value[0], int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
        : text;

    private string Token(string recorded)
    {
        JsonObject token;
        try
        {
            token = Decode(recorded);
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException)
        {
            return recorded;
        }
        token["rv"] = long.Parse(Version(token["rv"]!.ToString()), CultureInfo.InvariantCulture);
        token["start"] = Text((string)token["start"]!);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(token.ToJsonString())).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static JsonObject Decode(string token)
    {
        var base64 = token.Replace('-', '+').Replace('_', '/');
        return JsonNode.Parse(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')))!.AsObject();
    }

    private static int Compare(string one, string other) =>
        long.Parse(one, CultureInfo.InvariantCulture).CompareTo(long.Parse(other, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"([?&]resourceVersion=)(\d+)")]
    private static partial Regex VersionParameter();

    [GeneratedRegex("([?&]continue=)([^&]+)")]
    private static partial Regex TokenParameter();

    [GeneratedRegex(@"^<(\d+) times (.)>$")]
    private static partial Regex Shortened();
}
