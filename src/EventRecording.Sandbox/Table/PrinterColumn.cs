using System.Text.Json;
using System.Text.Json.Nodes;
using EventRecording.Sandbox.Json;
using EventRecording.Sandbox.Schema;

namespace EventRecording.Sandbox.Table;

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
