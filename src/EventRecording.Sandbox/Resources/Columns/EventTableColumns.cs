using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>The table of <c>kubectl get events</c>; the cells are read from the form of core/v1.</summary>
internal static class EventTableColumns
{
    public static readonly IReadOnlyList<TableColumn> All =
    [
        TableColumn.Text("Last Seen", 0, LastSeen),
        TableColumn.Text("Type", 0, (item, _) => item.Text("type")),
        TableColumn.Text("Reason", 0, (item, _) => item.Text("reason")),
        TableColumn.Text("Object", 0, (item, _) => About(item.Object("involvedObject"))),
        TableColumn.Text("Subobject", 1, (item, _) => item.Object("involvedObject").Text("fieldPath")),
        TableColumn.Text("Source", 1, (item, _) => Source(item)),
        TableColumn.Text("Message", 0, (item, _) => item.Text("message").Trim()),
        TableColumn.Text("First Seen", 1, FirstSeen),
        new TableColumn("Count", "string", "", 1, (item, _) => JsonValue.Create(Count(item))),
        new TableColumn("Name", "string", "name", 1, (item, _) => JsonValue.Create(item.Object("metadata").Text("name"))),
    ];

    private static string LastSeen(JsonObject item, DateTimeOffset now)
    {
        if (item.Object("series") is { } series)
            return EventAge.Since(GoTime.TryParse(series.Text("lastObservedTime")), now);
        return GoTime.TryParse(item.Text("lastTimestamp")) is { } last ? EventAge.Since(last, now) : FirstSeen(item, now);
    }

    private static string FirstSeen(JsonObject item, DateTimeOffset now) =>
        EventAge.Since(GoTime.TryParse(item.Text("firstTimestamp")) ?? GoTime.TryParse(item.Text("eventTime")), now);

    private static long Count(JsonObject item)
    {
        var count = item.Object("series") is { } series ? series.Number("count") : item.Number("count");
        return count == 0 ? 1 : count;
    }

    private static string About(JsonObject? involved)
    {
#pragma warning disable CA1308 // kubectl shows the kind in lower case
        var kind = involved.Text("kind").ToLowerInvariant();
#pragma warning restore CA1308
        return involved.Text("name") is { Length: > 0 } name ? $"{kind}/{name}" : kind;
    }

    private static string Source(JsonObject item)
    {
        var source = item.Object("source");
        var component = source.Text("component") is { Length: > 0 } given ? given : item.Text("reportingComponent");
        var host = source.Text("host") is { Length: > 0 } node ? node : item.Text("reportingInstance");
        return host.Length == 0 ? component : $"{component}, {host}";
    }
}
