using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>A column of the table that kubectl prints.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Type">OpenAPI type.</param>
/// <param name="Format"><c>name</c> for the name, else empty.</param>
/// <param name="Priority">0 for always, 1 for the wide table.</param>
/// <param name="Cell">Reads the cell from the object at a time.</param>
internal sealed record TableColumn(string Name, string Type, string Format, int Priority, Func<JsonObject, DateTimeOffset, JsonNode?> Cell)
{
    public static TableColumn Text(string name, int priority, Func<JsonObject, DateTimeOffset, string?> cell) =>
        new(name, "string", "", priority, (item, now) => JsonValue.Create(cell(item, now)));
}

/// <summary>Columns that most tables have.</summary>
internal static class CommonColumns
{
    public static readonly TableColumn Name =
        new("Name", "string", "name", 0, (item, _) => JsonValue.Create(item.Object("metadata").Text("name")));

    public static readonly TableColumn Age = TableColumn.Text(
        "Age", 0, (item, now) => EventAge.Since(GoTime.TryParse(item.Object("metadata").Text("creationTimestamp")), now));

    public static readonly TableColumn CreatedAt =
        TableColumn.Text("Created At", 0, (item, _) => item.Object("metadata").Text("creationTimestamp"));
}

/// <summary>A column of <c>additionalPrinterColumns</c> of a custom resource definition.</summary>
internal static class PrinterColumn
{
    public static TableColumn Read(JsonObject source)
    {
        var path = JsonPath.Parse(source.Text("jsonPath"));
        var type = source.Text("type");
        Func<JsonNode?, DateTimeOffset, JsonNode?> show = type switch
        {
            "date" => (value, now) => value is null ? null : JsonValue.Create(EventAge.Since(GoTime.TryParse(value.AsText()), now)),
            "integer" or "number" or "boolean" => (value, _) => value is JsonValue ? value.DeepClone() : null,
            _ => (value, _) => value is null ? null : JsonValue.Create(Text(value)),
        };
        return new TableColumn(
            source.Text("name"), type, source.Text("format"), (int)source.Number("priority"), (item, now) => show(path.Find(item), now));
    }

    private static string Text(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? value.AsText()! : value.ToJsonString();
}
