using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>The table that kubectl asks for, <c>as=Table</c>.</summary>
internal static class TableWriter
{
    public static ApiResponse Write(Resource resource, ListPage page, string includeObject, DateTimeOffset now) =>
        ApiResponse.Json(200, JsonText.Write(Table(resource, page, includeObject, now, withColumns: true)));

    /// <summary>One object of a watch; the columns come with the first one.</summary>
    public static JsonObject Frame(Resource resource, StoredObject stored, string includeObject, DateTimeOffset now, bool withColumns) =>
        Table(resource, new ListPage(stored), includeObject, now, withColumns);

    private static JsonObject Table(Resource resource, ListPage page, string includeObject, DateTimeOffset now, bool withColumns)
    {
        var columns = resource.Strategy.Columns;
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = ListWriter.Metadata(page),
            ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(Definition)]) : null,
            ["rows"] = new JsonArray([.. page.Items.Select(item => Row(resource, item, includeObject, now))]),
        };
    }

    private static JsonObject Definition(TableColumn column) => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = "",
        ["priority"] = column.Priority,
    };

    private static JsonObject Row(Resource resource, StoredObject item, string includeObject, DateTimeOffset now)
    {
        var source = item.Parse();
        var cells = resource.Strategy.Columns.Select(column => column.Cell(source, now));
        var row = new JsonObject { ["cells"] = new JsonArray([.. cells]) };
        var shown = includeObject switch
        {
            "None" => null,
            "Object" => JsonText.ParseObject(ListWriter.WriteObject(resource, item)),
            _ => new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = source.Metadata().DeepClone(),
            },
        };
        if (shown is not null)
            row["object"] = shown;
        return row;
    }
}
