using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.PowerShell;

/// <summary>Formats of logs that other systems read.</summary>
public enum EventLogFormat
{
    /// <summary>OTLP as JSON, an export request of one record in each line, as the file receiver of the OpenTelemetry Collector reads it.</summary>
    Otlp,

    /// <summary>Elastic Common Schema, a document in each line.</summary>
    Ecs,
}

/// <summary>An event as a line for a system of logs; names are those of the OpenTelemetry semantic conventions for Kubernetes, and of the Elastic Common Schema.</summary>
internal static class EventLogLine
{
    private const string EcsVersion = "8.11.0";
    private const string Scope = "EventRecording";
    private const int Information = 9;
    private const int Warning = 13;

    // What is no ASCII stays as it is; all else that JSON lets through unescaped is no markup here.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(KubeEvent item, EventLogFormat format) =>
        (format == EventLogFormat.Otlp ? Otlp(item) : Ecs(item)).ToJsonString(Options);

    private static JsonObject Otlp(KubeEvent item)
    {
        var regarding = item.InvolvedObject;
        var record = new JsonObject
        {
            ["timeUnixNano"] = Nanoseconds(At(item)),
            ["severityNumber"] = IsWarning(item) ? Warning : Information,
            ["severityText"] = item.Type,
            ["body"] = new JsonObject { ["stringValue"] = item.Message ?? "" },
            ["attributes"] = Attributes(
                ("k8s.event.name", item.Name),
                ("k8s.event.uid", item.Uid),
                ("k8s.event.reason", item.Reason),
                ("k8s.event.action", item.Action),
                ("k8s.event.count", item.Count),
                ("k8s.event.start_time", Time(item.FirstSeen)),
                ("k8s.event.source", item.Source),
                ("k8s.namespace.name", item.Namespace)),
        };
        var resource = new JsonObject
        {
            ["attributes"] = Attributes(
                ("k8s.object.api_version", regarding.ApiVersion),
                ("k8s.object.kind", regarding.Kind),
                ("k8s.object.name", regarding.Name),
                ("k8s.object.uid", regarding.Uid),
                ("k8s.object.fieldpath", regarding.FieldPath),
                ("k8s.node.name", item.SourceHost)),
        };
        var scope = new JsonObject { ["scope"] = new JsonObject { ["name"] = Scope }, ["logRecords"] = new JsonArray(record) };
        return new JsonObject { ["resourceLogs"] = new JsonArray(new JsonObject { ["resource"] = resource, ["scopeLogs"] = new JsonArray(scope) }) };
    }

    private static JsonObject Ecs(KubeEvent item)
    {
        var regarding = item.InvolvedObject;
        return Whole(
            ("@timestamp", Time(At(item))),
            ("message", item.Message),
            ("log", Whole(("level", IsWarning(item) ? "warning" : "info"))),
            ("event", Whole(
                ("kind", "event"), ("dataset", "kubernetes.event"), ("provider", item.Source), ("action", item.Reason), ("id", item.Uid),
                ("start", Time(item.FirstSeen)), ("end", Time(item.LastSeen)))),
            ("orchestrator", Whole(
                ("type", "kubernetes"), ("namespace", item.Namespace), ("api_version", regarding.ApiVersion),
                ("resource", Whole(("type", regarding.Kind), ("name", regarding.Name), ("id", regarding.Uid))))),
            ("kubernetes", Whole(("event", Whole(("type", item.Type), ("reason", item.Reason), ("count", item.Count))))),
            ("host", Whole(("name", item.SourceHost))),
            ("ecs", Whole(("version", EcsVersion))));
    }

    private static bool IsWarning(KubeEvent item) => item.Type == EventType.Warning;

    private static DateTimeOffset? At(KubeEvent item) => item.LastSeen ?? item.CreationTimestamp;

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    // 64 bits are text in OTLP's JSON; 0 is the time that nobody knows.
    private static string Nanoseconds(DateTimeOffset? time) =>
        ((Int128)((time ?? DateTimeOffset.UnixEpoch).UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100).ToString(CultureInfo.InvariantCulture);

    private static JsonArray Attributes(params (string Key, object? Value)[] attributes) => [.. attributes
        .Where(it => it.Value is not (null or ""))
        .Select(it => new JsonObject
        {
            ["key"] = it.Key,
            ["value"] = it.Value is int number
                ? new JsonObject { ["intValue"] = number.ToString(CultureInfo.InvariantCulture) }
                : new JsonObject { ["stringValue"] = (string?)it.Value },
        })];

    private static JsonObject Whole(params (string Key, JsonNode? Value)[] fields) => new(fields
        .Where(it => it.Value is not (null or JsonObject { Count: 0 }) && !(it.Value is JsonValue text && text.TryGetValue<string>(out var value) && value.Length == 0))
        .Select(it => KeyValuePair.Create(it.Key, it.Value)));
}
