using System.Text.Json.Nodes;

namespace EventRecording.Sandbox.Table;

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
