using System.Globalization;
using System.Text.Json;

namespace EventRecording;

/// <summary>The JSON of an entry. What is read may have been written by anybody: it is checked like what a caller gives.</summary>
internal static class SpoolEntryJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    public static byte[] ToBytes(SpoolEntry entry) => JsonWriting.ToBytes(entry, Write);

    /// <exception cref="InvalidDataException">It is no entry.</exception>
    public static SpoolEntry Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Checked(Read(document.RootElement));
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"it is no entry of a spool: {error.Message}", error);
        }
    }

    private static void Write(Utf8JsonWriter writer, SpoolEntry entry)
    {
        writer.WriteText("cluster"u8, entry.Cluster);
        writer.WriteText("user"u8, entry.User);
        Write(writer, "keptSince"u8, entry.KeptSince);
        writer.WriteString("writerId"u8, entry.WriterId);
        writer.WriteNumber("number"u8, entry.Number);
        writer.WriteString("apiVersion"u8, entry.ApiVersion);
        writer.WriteString("namespace"u8, entry.Namespace);
        writer.WriteString("suffix"u8, entry.Suffix);
        writer.WriteNumber("count"u8, entry.Count);
        Write(writer, "first"u8, entry.First);
        Write(writer, "last"u8, entry.Last);
        writer.WriteText("latestMessage"u8, entry.LatestMessage);
        writer.WriteText("reportingInstance"u8, entry.ReportingInstance);
        writer.WriteTexts("annotations"u8, entry.Annotations);
        writer.WriteTexts("labels"u8, entry.Labels);
        WriteKey(writer, entry.Key);
    }

    private static void WriteKey(Utf8JsonWriter writer, in SeriesKey key)
    {
        writer.WriteText("component"u8, key.Source.Component);
        writer.WriteText("host"u8, key.Source.Host);
        writer.WriteText("type"u8, key.Type);
        writer.WriteText("reason"u8, key.Reason);
        writer.WriteText("message"u8, key.Message);
        writer.WriteText("action"u8, key.Action);
        writer.WriteBoolean("combined"u8, key.Kind == SeriesKind.Combined);
        ObjectReferenceJson.Write(writer, "regarding"u8, key.Regarding);
        ObjectReferenceJson.Write(writer, "related"u8, key.Related);
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTime time) =>
        writer.WriteString(name, time.ToString("O", CultureInfo.InvariantCulture));

    private static SpoolEntry Read(JsonElement json) => new()
    {
        Cluster = Required(json, "cluster"),
        User = Required(json, "user"),
        KeptSince = Time(json, "keptSince"),
        WriterId = Required(json, "writerId"),
        Number = json.TryGetProperty("number", out var number) ? number.GetInt64() : throw Missing("number"),
        ApiVersion = Required(json, "apiVersion"),
        Namespace = Required(json, "namespace"),
        Suffix = Required(json, "suffix"),
        Count = json.TryGetProperty("count", out var count) ? count.GetInt32() : throw Missing("count"),
        First = Time(json, "first"),
        Last = Time(json, "last"),
        LatestMessage = Text(json, "latestMessage"),
        ReportingInstance = Text(json, "reportingInstance"),
        Annotations = Texts(json, "annotations"),
        Labels = Texts(json, "labels"),
        Key = new SeriesKey(
            new EventReporter(Required(json, "component"), Text(json, "host") ?? ""),
            Reference(json, "regarding") ?? throw Missing("regarding"),
            Required(json, "type"),
            Required(json, "reason"),
            Required(json, "message"),
            Text(json, "action"),
            Reference(json, "related"),
            Flag(json, "combined") ? SeriesKind.Combined : SeriesKind.Distinct),
    };

    private static SpoolEntry Checked(SpoolEntry entry)
    {
        var rules = new OccurrenceRules(new EventBroadcasterOptions { ApiVersion = entry.ApiVersion, AllowOtherTypes = true });
        var fault = entry.ApiVersion is not (EventApiVersion.CoreV1 or EventApiVersion.EventsV1) ? "its apiVersion is none of events"
            : entry.Count < 1 ? "its count is less than one"
            : !SpoolFileName.IsWriterId(entry.WriterId) ? "its writer id is none"
            : !EventName.IsSuffix(entry.Suffix) ? "its suffix is none of ours"
            : string.IsNullOrWhiteSpace(entry.Key.Source.Component) ? "it has no source"
            : !IsNamespaceOf(entry) ? "its namespace is not one for its object"
            : rules.Fault(entry.ToOccurrence());
        return fault is null ? entry : throw new InvalidDataException(fault);
    }

    private static bool IsNamespaceOf(SpoolEntry entry) =>
        string.IsNullOrEmpty(entry.Key.Regarding.Namespace) ? EventPlacement.IsForClusterScope(entry.Namespace) : entry.Namespace == entry.Key.Regarding.Namespace;

    private static ObjectReference? Reference(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var reference))
            return null;
        return new ObjectReference
        {
            ApiVersion = Text(reference, "apiVersion"),
            Kind = Text(reference, "kind"),
            Namespace = Text(reference, "namespace"),
            Name = Text(reference, "name"),
            Uid = Text(reference, "uid"),
            ResourceVersion = Text(reference, "resourceVersion"),
            FieldPath = Text(reference, "fieldPath"),
        };
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static string Required(JsonElement json, string name) => Text(json, name) ?? throw Missing(name);

    private static bool Flag(JsonElement json, string name) => json.TryGetProperty(name, out var flag) && flag.GetBoolean();

    private static DateTime Time(JsonElement json, string name) => json.TryGetProperty(name, out var time) ? time.GetDateTimeOffset().UtcDateTime : throw Missing(name);

    private static Dictionary<string, string>? Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var texts) ? texts.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString() ?? "") : null;

    private static InvalidDataException Missing(string name) => new($"it has no {name}");
}
