using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>The fields of an event in both API groups. Events are stored in the form of core/v1.</summary>
internal static class EventSchema
{
    private static readonly ObjectSchema Reference = new(
        "ObjectReference",
        new FieldSchema("kind", FieldType.String),
        new FieldSchema("namespace", FieldType.String),
        new FieldSchema("name", FieldType.String),
        new FieldSchema("uid", FieldType.String),
        new FieldSchema("apiVersion", FieldType.String),
        new FieldSchema("resourceVersion", FieldType.String),
        new FieldSchema("fieldPath", FieldType.String));

    private static readonly ObjectSchema Source = new(
        "EventSource",
        new FieldSchema("component", FieldType.String),
        new FieldSchema("host", FieldType.String));

    private static readonly ObjectSchema Series = new(
        "EventSeries",
        new FieldSchema("count", FieldType.Int32),
        new FieldSchema("lastObservedTime", FieldType.MicroTime, Always: true));

    public static readonly ObjectSchema CoreV1 = new(
        "Event",
        MetadataSchema.Field,
        new FieldSchema("involvedObject", FieldType.Struct, Always: true, Reference),
        new FieldSchema("reason", FieldType.String),
        new FieldSchema("message", FieldType.String),
        new FieldSchema("source", FieldType.Struct, Always: true, Source),
        new FieldSchema("firstTimestamp", FieldType.Time, Always: true),
        new FieldSchema("lastTimestamp", FieldType.Time, Always: true),
        new FieldSchema("count", FieldType.Int32),
        new FieldSchema("type", FieldType.String),
        new FieldSchema("eventTime", FieldType.MicroTime, Always: true),
        new FieldSchema("series", FieldType.Pointer, Schema: Series),
        new FieldSchema("action", FieldType.String),
        new FieldSchema("related", FieldType.Pointer, Schema: Reference),
        new FieldSchema("reportingComponent", FieldType.String, Always: true),
        new FieldSchema("reportingInstance", FieldType.String, Always: true));

    public static readonly ObjectSchema EventsV1 = new(
        "Event",
        MetadataSchema.Field,
        new FieldSchema("eventTime", FieldType.MicroTime, Always: true),
        new FieldSchema("series", FieldType.Pointer, Schema: Series),
        new FieldSchema("reportingController", FieldType.String),
        new FieldSchema("reportingInstance", FieldType.String),
        new FieldSchema("action", FieldType.String),
        new FieldSchema("reason", FieldType.String),
        new FieldSchema("regarding", FieldType.Struct, Always: true, Reference),
        new FieldSchema("related", FieldType.Pointer, Schema: Reference),
        new FieldSchema("note", FieldType.String),
        new FieldSchema("type", FieldType.String),
        new FieldSchema("deprecatedSource", FieldType.Struct, Always: true, Source),
        new FieldSchema("deprecatedFirstTimestamp", FieldType.Time, Always: true),
        new FieldSchema("deprecatedLastTimestamp", FieldType.Time, Always: true),
        new FieldSchema("deprecatedCount", FieldType.Int32));

    /// <summary>Name of a field of events.k8s.io/v1 in core/v1.</summary>
    public static string InCore(string field) => field switch
    {
        "regarding" => "involvedObject",
        "note" => "message",
        "reportingController" => "reportingComponent",
        "deprecatedSource" => "source",
        "deprecatedFirstTimestamp" => "firstTimestamp",
        "deprecatedLastTimestamp" => "lastTimestamp",
        "deprecatedCount" => "count",
        _ => field,
    };
}

/// <summary>Turns an event of one API group into one of the other: they are two views of one store.</summary>
internal static class EventConversion
{
    private static readonly Dictionary<string, string> InEventsV1 =
        EventSchema.EventsV1.Fields.ToDictionary(field => EventSchema.InCore(field.Name), field => field.Name, StringComparer.Ordinal);

    public static JsonObject ToCore(JsonObject eventsV1) => Convert(eventsV1, EventSchema.InCore, EventSchema.CoreV1);

    public static JsonObject ToEventsV1(JsonObject core) => Convert(core, name => InEventsV1[name], EventSchema.EventsV1);

    private static JsonObject Convert(JsonObject source, Func<string, string> rename, ObjectSchema target)
    {
        var renamed = new JsonObject();
        foreach (var (name, value) in source)
            renamed[rename(name)] = value?.DeepClone();
        return target.Decode(renamed, []);
    }
}
