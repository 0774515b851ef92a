using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>What field selectors can ask events for.</summary>
internal static class EventFields
{
    private static readonly string[] Reference = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

    public static readonly string[] CoreV1 =
        [.. Reference.Select(field => "involvedObject." + field), "reason", "reportingComponent", "source", "type"];

    public static readonly string[] EventsV1 =
        [.. Reference.Select(field => "regarding." + field), "reason", "reportingController", "", "type"];

    /// <summary>The values, in the order of the two lists.</summary>
    public static string[] Read(JsonObject core)
    {
        var result = new string[CoreV1.Length];
        var involved = core.Object("involvedObject");
        for (var i = 0; i < Reference.Length; i++)
            result[i] = involved.Text(Reference[i]);
        var controller = core.Text("reportingComponent");
        var component = core.Object("source").Text("component");
        result[^4] = core.Text("reason");
        result[^3] = controller;
        result[^2] = component.Length > 0 ? component : controller;
        result[^1] = core.Text("type");
        return result;
    }
}
