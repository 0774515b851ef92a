using System.Text.Json;

namespace EventRecording;

/// <summary>Writes an <see cref="EventPatch"/> as a merge patch; one without changes is <c>{}</c>, which reads the event.</summary>
internal static class EventPatchJson
{
    public static byte[] ToBytes(EventPatch patch)
    {
        if (patch.ApiVersion != EventApiVersion.CoreV1)
            RequireSeriesOnly(patch);
        return JsonWriting.ToBytes(patch, Write);
    }

    private static void Write(Utf8JsonWriter writer, EventPatch patch)
    {
        WriteMetadata(writer, patch);
        writer.WriteNumber("count"u8, patch.Count);
        writer.WriteTime("firstTimestamp"u8, patch.FirstTimestamp);
        writer.WriteTime("lastTimestamp"u8, patch.LastTimestamp);
        writer.WriteText("type"u8, patch.Type);
        writer.WriteText("message"u8, patch.Message);
        writer.WriteText("reportingInstance"u8, patch.ReportingInstance);
        writer.WriteSeries(patch.Series);
    }

    private static void WriteMetadata(Utf8JsonWriter writer, EventPatch patch)
    {
        if (patch.ResourceVersion is null && patch.Labels is not { Count: > 0 } && patch.Annotations is not { Count: > 0 })
            return;
        writer.WriteStartObject("metadata"u8);
        writer.WriteText("resourceVersion"u8, patch.ResourceVersion);
        writer.WriteTexts("labels"u8, patch.Labels);
        writer.WriteTexts("annotations"u8, patch.Annotations);
        writer.WriteEndObject();
    }

    // Newer servers refuse every other change through events.k8s.io/v1, older ones ignore unknown names: neither may happen unseen.
    private static void RequireSeriesOnly(EventPatch patch)
    {
        if (patch.Count is not null || patch.FirstTimestamp is not null || patch.LastTimestamp is not null
            || patch.Type is not null || patch.Message is not null || patch.ReportingInstance is not null)
            throw new ArgumentException($"Through {patch.ApiVersion} only series, labels and annotations can be changed.", nameof(patch));
    }
}
