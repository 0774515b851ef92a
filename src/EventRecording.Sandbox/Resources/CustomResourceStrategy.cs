using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Objects of a custom resource.</summary>
internal sealed class CustomResourceStrategy(string definition, JsonObject version) : UntypedStrategy
{
    public override string StorageName => definition;

    public override bool ItemsNameTheirKind => true;

    public override bool IsTyped => false;

    public override IReadOnlyList<TableColumn> Columns { get; } = ReadColumns(version);

    protected override bool HasStatus { get; } = version.Object("subresources").Object("status") is not null;

    private static TableColumn[] ReadColumns(JsonObject version)
    {
        var columns = version.Array("additionalPrinterColumns")?.OfType<JsonObject>().Select(PrinterColumn.Read).ToArray();
        return columns is { Length: > 0 } ? [CommonColumns.Name, .. columns] : [CommonColumns.Name, CommonColumns.Age];
    }
}
