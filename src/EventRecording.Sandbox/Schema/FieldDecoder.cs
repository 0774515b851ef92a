using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Checks one field and brings it into the form in which the server writes it.</summary>
internal readonly struct FieldDecoder(string goType, FieldSchema field, string path, ICollection<string> unknown)
{
    /// <summary>What is written for the field: nothing at all, or a value that may be null.</summary>
    public readonly record struct Result(bool Written, JsonNode? Node);

    public Result Decode(JsonNode? value) => field.Type switch
    {
        FieldType.String => Text(value),
        FieldType.Int32 => Whole(value, int.MinValue, int.MaxValue, "int32"),
        FieldType.Int64 => Whole(value, long.MinValue, long.MaxValue, "int64"),
        FieldType.Bool => Flag(value),
        FieldType.Time => Time(value, GoTime.ParseSeconds),
        FieldType.MicroTime => Time(value, GoTime.ParseMicroseconds),
        FieldType.Struct => new Result(true, Struct(value ?? new JsonObject(), path)),
        FieldType.Pointer => value is null ? default : new Result(true, Struct(value, path)),
        FieldType.StringMap => Map(value),
        FieldType.Dropped => default,
        _ => List(value),
    };

    private Result Text(JsonNode? value)
    {
        var text = value is null ? "" : value.AsText() ?? throw Mismatch(value, "string");
        return new Result(field.Always || text.Length > 0, JsonValue.Create(text));
    }

    private Result Whole(JsonNode? value, long least, long most, string type)
    {
        var number = value is null ? 0 : value.AsNumber() ?? throw Mismatch(value, type);
        if (number < least || number > most)
            throw Mismatch(value!, type);
        return new Result(field.Always || number != 0, JsonValue.Create(number));
    }

    private Result Flag(JsonNode? value)
    {
        if (value is null)
            return new Result(field.Always, JsonValue.Create(false));
        return value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            ? new Result(field.Always || value.GetValue<bool>(), value.DeepClone())
            : throw Mismatch(value, "bool");
    }

    private Result Time(JsonNode? value, Func<string, string> parse)
    {
        if (value is null)
            return new Result(field.Always, null);
        return new Result(true, JsonValue.Create(parse(value.AsText() ?? throw Mismatch(value, "string"))));
    }

    private JsonObject Struct(JsonNode value, string at) =>
        field.Schema!.Decode(value as JsonObject ?? throw Mismatch(value, "struct"), unknown, at + ".");

    private Result Map(JsonNode? value)
    {
        if (value is null)
            return default;
        var source = value as JsonObject ?? throw Mismatch(value, "map[string]string");
        var result = new JsonObject();
        foreach (var (name, item) in source)
            result[name] = item is null ? "" : item.AsText() ?? throw Mismatch(item, "string");
        return new Result(result.Count > 0, result);
    }

    private Result List(JsonNode? value)
    {
        if (value is null)
            return default;
        var source = value as JsonArray ?? throw Mismatch(value, "slice");
        var result = new JsonArray();
        for (var i = 0; i < source.Count; i++)
        {
            var item = source[i];
            if (field.Type == FieldType.StructList)
                result.Add((JsonNode)Struct(item ?? new JsonObject(), $"{path}[{i}]"));
            else
                result.Add(JsonValue.Create(item?.AsText() ?? throw Mismatch(item ?? new JsonObject(), "string")));
        }
        return new Result(result.Count > 0, result);
    }

    private DecodeException Mismatch(JsonNode value, string type)
    {
        var kind = value.GetValueKind() switch
        {
            JsonValueKind.Number when type is "int32" or "int64" => "number " + value.ToJsonString(),
            JsonValueKind.True or JsonValueKind.False => "bool",
            var other => other.ToString().ToLowerInvariant(),
        };
        return new DecodeException($"json: cannot unmarshal {kind} into Go struct field {goType}.{path} of type {type}");
    }
}

/// <summary>JSON that does not fit into the type of the object, explained in the words of the API server.</summary>
internal sealed class DecodeException(string message) : Exception(message);
