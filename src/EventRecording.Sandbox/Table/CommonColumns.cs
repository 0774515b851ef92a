using System.Text.Json.Nodes;
using EventRecording.Sandbox.Json;
using EventRecording.Sandbox.Schema;

namespace EventRecording.Sandbox.Table;

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
