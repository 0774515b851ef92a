using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Reads members of objects that may be missing or of another type.</summary>
internal static class JsonReading
{
    /// <summary>The string, or an empty one.</summary>
    public static string Text(this JsonObject? source, string name) => source?[name].AsText() ?? "";

    public static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static JsonObject? Object(this JsonObject? source, string name) => source?[name] as JsonObject;

    public static JsonArray? Array(this JsonObject? source, string name) => source?[name] as JsonArray;

    public static long Number(this JsonObject? source, string name) => source?[name].AsNumber() ?? 0;

    public static long? AsNumber(this JsonNode? node) => node is not JsonValue value ? null
        : value.TryGetValue<long>(out var number) ? number
        : value.TryGetValue<int>(out var small) ? small
        : null;

    public static bool Flag(this JsonObject? source, string name) =>
        source?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static IReadOnlyList<string> Texts(this JsonObject? source, string name) =>
        source.Array(name)?.Select(item => item.AsText()).OfType<string>().ToArray() ?? [];

    /// <summary>The object of that name, which is added where it is missing.</summary>
    public static JsonObject Ensure(this JsonObject source, string name)
    {
        if (source[name] is JsonObject existing)
            return existing;
        var added = new JsonObject();
        source[name] = added;
        return added;
    }

    public static JsonObject Metadata(this JsonObject source) => source.Ensure("metadata");

    public static JsonArray ToJsonArray(this IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    public static JsonObject Clone(this JsonObject source) => (JsonObject)source.DeepClone();
}
