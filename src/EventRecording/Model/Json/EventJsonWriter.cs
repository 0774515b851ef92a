using System.Text.Json;

namespace EventRecording;

/// <summary>Writes an event as the body of a create request, with the names and the rules of its group.</summary>
internal static class EventJsonWriter
{
    public static byte[] ToBytes(KubeEvent kubeEvent) => JsonWriting.ToBytes(kubeEvent, Write);

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
}
