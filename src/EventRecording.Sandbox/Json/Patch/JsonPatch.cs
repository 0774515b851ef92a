using System.Globalization;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>JSON patch, RFC 6902: all operations, or none if one fails.</summary>
internal static class JsonPatch
{
    /// <exception cref="PatchException">An operation cannot be applied, or a test fails.</exception>
    public static JsonNode? Apply(JsonNode? target, JsonArray operations)
    {
        var document = new JsonObject { ["root"] = target };
        foreach (var operation in operations)
            Apply(document, operation as JsonObject ?? throw new PatchException("an operation is no object"));
        var result = document["root"];
        document.Remove("root");
        return result;
    }

    private static void Apply(JsonObject document, JsonObject operation)
    {
        var path = JsonPointer.Parse(Member(operation, "path"));
        switch (Member(operation, "op"))
        {
            case "add":
                Add(document, path, Value(operation));
                break;
            case "remove":
                Remove(document, path);
                break;
            case "replace":
                Remove(document, path);
                Add(document, path, Value(operation));
                break;
            case "move":
                var from = JsonPointer.Parse(Member(operation, "from"));
                if (path.Count > from.Count && path.Take(from.Count).SequenceEqual(from))
                    throw new PatchException("a value cannot be moved into itself");
                Add(document, path, Remove(document, from));
                break;
            case "copy":
                Add(document, path, Find(document, JsonPointer.Parse(Member(operation, "from")))?.DeepClone());
                break;
            case "test":
                if (!JsonNode.DeepEquals(Find(document, path), Value(operation)))
                    throw new PatchException("testing value failed");
                break;
            case var unknown:
                throw new PatchException("unexpected kind: " + unknown);
        }
    }

    private static JsonNode? Find(JsonObject document, IReadOnlyList<string> path)
    {
        JsonNode? node = document;
        foreach (var token in path)
        {
            node = node switch
            {
                JsonObject parent when parent.TryGetPropertyValue(token, out var member) => member,
                JsonArray list => list[Index(list, token, list.Count - 1)],
                _ => throw new PatchException("path not found: " + token),
            };
        }
        return node;
    }

    private static void Add(JsonObject document, IReadOnlyList<string> path, JsonNode? value)
    {
        switch (Find(document, [.. path.SkipLast(1)]))
        {
            case JsonObject parent:
                parent.Remove(path[^1]);
                parent[path[^1]] = value;
                break;
            case JsonArray list:
                list.Insert(path[^1] == "-" ? list.Count : Index(list, path[^1], list.Count), value);
                break;
            default:
                throw new PatchException("path not found: " + path[^1]);
        }
    }

    private static JsonNode? Remove(JsonObject document, IReadOnlyList<string> path)
    {
        var removed = Find(document, path);
        switch (Find(document, [.. path.SkipLast(1)]))
        {
            case JsonObject parent:
                parent.Remove(path[^1]);
                break;
            case JsonArray list:
                list.RemoveAt(Index(list, path[^1], list.Count - 1));
                break;
        }
        return removed;
    }

    private static int Index(JsonArray list, string token, int most)
    {
        if (!JsonPointer.TryIndex(token, out var index) || index > most)
            throw new PatchException("index out of bounds: " + token);
        return index;
    }

    private static JsonNode? Value(JsonObject operation) => operation.TryGetPropertyValue("value", out var value)
        ? value?.DeepClone()
        : throw new PatchException("an operation has no value");

    private static string Member(JsonObject operation, string name) =>
        operation[name].AsText() ?? throw new PatchException("an operation has no " + name);
}

/// <summary>JSON pointers, RFC 6901, below the root of a document.</summary>
internal static class JsonPointer
{
    /// <summary>The path below an object that holds the document as <c>root</c>, so that the whole document is a member too.</summary>
    public static IReadOnlyList<string> Parse(string pointer)
    {
        if (pointer.Length == 0)
            return ["root"];
        if (pointer[0] != '/')
            throw new PatchException("a path begins with a slash: " + pointer);
        return [.. pointer.Split('/').Select((token, i) => i == 0 ? "root" : Unescape(token))];
    }

    /// <summary>Reads an index of an array: no sign, no leading zero.</summary>
    public static bool TryIndex(string token, out int index) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out index) && (token.Length == 1 || token[0] != '0');

    private static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}

/// <summary>A patch that does not fit the object: 422.</summary>
internal sealed class PatchException(string message) : Exception(message);
