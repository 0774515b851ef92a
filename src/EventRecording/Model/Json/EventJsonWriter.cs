using System.Text.Json;

namespace EventRecording;

/// <summary>Writes an event with the names and the rules of its group.</summary>
internal static class EventJsonWriter
{
    private static StoredNames CoreNames => new(
        "involvedObject"u8, "message"u8, "source"u8, "reportingComponent"u8, "firstTimestamp"u8, "lastTimestamp"u8, "count"u8);

    private static StoredNames EventsV1Names => new(
        "regarding"u8, "note"u8, "deprecatedSource"u8, "reportingController"u8, "deprecatedFirstTimestamp"u8, "deprecatedLastTimestamp"u8, "deprecatedCount"u8);

    /// <summary>The body of a create request.</summary>
    public static byte[] ToBytes(KubeEvent kubeEvent) => JsonWriting.ToBytes(kubeEvent, Write);

    /// <summary>The event as a server shows it: with what only the server sets, and with all that was read.</summary>
    public static void WriteStored(Utf8JsonWriter writer, KubeEvent kubeEvent)
    {
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, kubeEvent.ApiVersion);
        writer.WriteString("kind"u8, "Event"u8);
        WriteStoredMetadata(writer, kubeEvent);
        writer.WriteText("type"u8, kubeEvent.Type);
        writer.WriteText("reason"u8, kubeEvent.Reason);
        if (kubeEvent.ApiVersion == EventApiVersion.CoreV1)
            WriteStored(writer, kubeEvent, CoreNames);
        else
            WriteStored(writer, kubeEvent, EventsV1Names);
        writer.WriteText("action"u8, kubeEvent.Action);
        writer.WriteText("reportingInstance"u8, kubeEvent.ReportingInstance);
        writer.WriteMicroTime("eventTime"u8, kubeEvent.EventTime);
        writer.WriteSeries(kubeEvent.Series);
        ObjectReferenceJson.Write(writer, "related"u8, kubeEvent.Related);
        writer.WriteOthers(kubeEvent.OtherFields);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, KubeEvent kubeEvent)
    {
        writer.WriteString("apiVersion"u8, kubeEvent.ApiVersion);
        writer.WriteString("kind"u8, "Event"u8);
        WriteMetadata(writer, kubeEvent);
        if (kubeEvent.ApiVersion == EventApiVersion.CoreV1)
            WriteCore(writer, kubeEvent);
        else
            WriteEventsV1(writer, kubeEvent);
        writer.WriteText("type"u8, kubeEvent.Type);
        writer.WriteText("reason"u8, kubeEvent.Reason);
        writer.WriteText("action"u8, kubeEvent.Action);
        writer.WriteText("reportingInstance"u8, kubeEvent.ReportingInstance);
        writer.WriteMicroTime("eventTime"u8, kubeEvent.EventTime);
        writer.WriteSeries(kubeEvent.Series);
        ObjectReferenceJson.Write(writer, "related"u8, kubeEvent.Related);
    }

    private static void WriteMetadata(Utf8JsonWriter writer, KubeEvent kubeEvent)
    {
        writer.WriteStartObject("metadata"u8);
        writer.WriteText("name"u8, kubeEvent.Name);
        writer.WriteText("namespace"u8, kubeEvent.Namespace);
        writer.WriteTexts("labels"u8, kubeEvent.Labels);
        writer.WriteTexts("annotations"u8, kubeEvent.Annotations);
        writer.WriteEndObject();
    }

    private static void WriteStoredMetadata(Utf8JsonWriter writer, KubeEvent kubeEvent)
    {
        writer.WriteStartObject("metadata"u8);
        writer.WriteText("name"u8, kubeEvent.Name);
        writer.WriteText("namespace"u8, kubeEvent.Namespace);
        writer.WriteText("uid"u8, kubeEvent.Uid);
        writer.WriteText("resourceVersion"u8, kubeEvent.ResourceVersion);
        writer.WriteExactTime("creationTimestamp"u8, kubeEvent.CreationTimestamp);
        writer.WriteTexts("labels"u8, kubeEvent.Labels);
        writer.WriteTexts("annotations"u8, kubeEvent.Annotations);
        writer.WriteOthers(kubeEvent.OtherMetadata);
        writer.WriteEndObject();
    }

    private static void WriteStored(Utf8JsonWriter writer, KubeEvent kubeEvent, StoredNames names)
    {
        ObjectReferenceJson.Write(writer, names.Object, kubeEvent.InvolvedObject);
        writer.WriteText(names.Message, kubeEvent.Message);
        writer.WriteStartObject(names.Source);
        writer.WriteText("component"u8, kubeEvent.SourceComponent);
        writer.WriteText("host"u8, kubeEvent.SourceHost);
        writer.WriteEndObject();
        writer.WriteText(names.Controller, kubeEvent.ReportingController);
        writer.WriteExactTime(names.First, kubeEvent.FirstTimestamp);
        writer.WriteExactTime(names.Last, kubeEvent.LastTimestamp);
        writer.WriteNumber(names.Count, kubeEvent.CoreCount);
    }

    private static void WriteCore(Utf8JsonWriter writer, KubeEvent kubeEvent)
    {
        ObjectReferenceJson.Write(writer, "involvedObject"u8, kubeEvent.InvolvedObject);
        writer.WriteText("message"u8, kubeEvent.Message);
        writer.WriteText("reportingComponent"u8, kubeEvent.ReportingController);
        writer.WriteTime("firstTimestamp"u8, kubeEvent.FirstTimestamp);
        writer.WriteTime("lastTimestamp"u8, kubeEvent.LastTimestamp);
        writer.WriteNumber("count"u8, kubeEvent.CoreCount);
        writer.WriteStartObject("source"u8);
        writer.WriteText("component"u8, kubeEvent.SourceComponent);
        writer.WriteText("host"u8, kubeEvent.SourceHost);
        writer.WriteEndObject();
    }

    // The deprecated fields must not be sent: the server answers 422, "needs to be unset".
    private static void WriteEventsV1(Utf8JsonWriter writer, KubeEvent kubeEvent)
    {
        ObjectReferenceJson.Write(writer, "regarding"u8, kubeEvent.InvolvedObject);
        writer.WriteText("note"u8, kubeEvent.Message);
        writer.WriteText("reportingController"u8, kubeEvent.ReportingController);
    }

    /// <summary>What one field is called in a group.</summary>
    private readonly ref struct StoredNames(
        ReadOnlySpan<byte> @object,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> controller,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> last,
        ReadOnlySpan<byte> count)
    {
        public readonly ReadOnlySpan<byte> Object = @object;
        public readonly ReadOnlySpan<byte> Message = message;
        public readonly ReadOnlySpan<byte> Source = source;
        public readonly ReadOnlySpan<byte> Controller = controller;
        public readonly ReadOnlySpan<byte> First = first;
        public readonly ReadOnlySpan<byte> Last = last;
        public readonly ReadOnlySpan<byte> Count = count;
    }
}
