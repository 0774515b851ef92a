using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>How a field is written and checked.</summary>
internal enum FieldType
{
    String,
    Int32,
    Int64,
    Bool,

    /// <summary>Whole seconds, any RFC 3339 form accepted.</summary>
    Time,

    /// <summary>Exactly six digits of a second: others are refused.</summary>
    MicroTime,

    /// <summary>A struct, which is written even when nothing is in it.</summary>
    Struct,

    /// <summary>A pointer to a struct, which is left out when it is null.</summary>
    Pointer,
    StringMap,
    StringList,
    StructList,

    /// <summary>Known and accepted, but not served.</summary>
    Dropped,
}

/// <summary>One field of a typed object.</summary>
/// <param name="Name">Name in JSON.</param>
/// <param name="Type">How it is written and checked.</param>
/// <param name="Always">Written even when it is empty, as a field without <c>omitempty</c> is.</param>
/// <param name="Schema">Fields of a struct.</param>
internal sealed record FieldSchema(string Name, FieldType Type, bool Always = false, ObjectSchema? Schema = null);

/// <summary>A typed object: which fields it has, in the order in which the server writes them.</summary>
internal sealed class ObjectSchema(string goType, params FieldSchema[] fields)
{
    private readonly HashSet<string> _names = fields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);

    public IReadOnlyList<FieldSchema> Fields { get; } = fields;

    /// <summary>The object with the fields of the type only, in their order and form.</summary>
    /// <param name="source">What the client sent.</param>
    /// <param name="unknown">Takes the paths of the fields that the type does not have.</param>
    /// <param name="path">Where the object stands, with a trailing dot, empty for the whole.</param>
    /// <exception cref="DecodeException">A field has the wrong type.</exception>
    public JsonObject Decode(JsonObject source, ICollection<string> unknown, string path = "")
    {
        var result = new JsonObject();
        foreach (var field in Fields)
        {
            var value = new FieldDecoder(goType, field, path + field.Name, unknown).Decode(source[field.Name]);
            if (value.Written)
                result[field.Name] = value.Node;
        }
        foreach (var (name, _) in source)
        {
            if (!_names.Contains(name) && !(path.Length == 0 && name is "kind" or "apiVersion"))
                unknown.Add(path + name);
        }
        return result;
    }
}
