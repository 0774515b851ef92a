using System.Text.Json;

namespace EventRecording;

/// <summary>Reads a <c>Status</c> object. Its texts become fit for a terminal here: unlike those of an event nobody writes them back, and PowerShell shows each property of an error as it is.</summary>
internal static class StatusJson
{
    // One for all: it takes 64 KiB, and each answer that is an error has a Status.
    private static readonly StringPool Texts = new();

    /// <summary>Reads a whole body; <see langword="null"/> if it is something else than a Status.</summary>
    public static KubernetesStatus? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = JsonStreamBuffer.CreateReader(json);
            return reader.Read() && IsStatus(reader) ? Read(ref reader) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static KubernetesStatus Read(ref Utf8JsonReader reader)
    {
        var status = new KubernetesStatus();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A Status must be a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TakeProperty("code"u8))
                status = status with { Code = JsonText.ReadInt32(ref reader) ?? 0 };
            else if (reader.TakeProperty("reason"u8))
                status = status with { Reason = ReadText(ref reader) ?? "" };
            else if (reader.TakeProperty("message"u8))
                status = status with { Message = ReadText(ref reader) ?? "" };
            else if (reader.TakeProperty("metadata"u8))
                status = status with { Continue = Safe(ObjectMetadata.Read(ref reader, Texts).Continue) };
            else if (reader.TakeProperty("details"u8))
                status = ReadDetails(ref reader, status);
            else
                reader.SkipProperty();
        }

        return status;
    }

    private static bool IsStatus(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TakeProperty("kind"u8))
                return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Status"u8);
            reader.SkipProperty();
        }

        return false;
    }

    private static KubernetesStatus ReadDetails(ref Utf8JsonReader reader, KubernetesStatus status)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return status;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TakeProperty("name"u8))
                status = status with { Name = ReadText(ref reader) };
            else if (reader.TakeProperty("group"u8))
                status = status with { Group = ReadText(ref reader) ?? "" };
            else if (reader.TakeProperty("kind"u8))
                status = status with { Kind = ReadText(ref reader) };
            else if (reader.TakeProperty("retryAfterSeconds"u8))
                status = status with { RetryAfter = ReadSeconds(ref reader) };
            else if (reader.TakeProperty("causes"u8))
                status = status with { Causes = ReadCauses(ref reader) };
            else
                reader.SkipProperty();
        }

        return status;
    }

    private static string? ReadText(ref Utf8JsonReader reader) => Safe(JsonText.Read(ref reader));

    // Whole: what shows it cuts it.
    private static string? Safe(string? text) => text is null ? null : SafeText.Lines(text, int.MaxValue);

    private static TimeSpan? ReadSeconds(ref Utf8JsonReader reader) =>
        JsonText.ReadInt32(ref reader) is int seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null;

    private static List<KubernetesStatusCause> ReadCauses(ref Utf8JsonReader reader)
    {
        var causes = new List<KubernetesStatusCause>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return causes;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                causes.Add(ReadCause(ref reader));
            else
                reader.Skip();
        }

        return causes;
    }

    private static KubernetesStatusCause ReadCause(ref Utf8JsonReader reader)
    {
        string? reason = null, message = null, field = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TakeProperty("reason"u8))
                reason = ReadText(ref reader);
            else if (reader.TakeProperty("message"u8))
                message = ReadText(ref reader);
            else if (reader.TakeProperty("field"u8))
                field = ReadText(ref reader);
            else
                reader.SkipProperty();
        }

        return new KubernetesStatusCause(reason ?? "", message ?? "", field ?? "");
    }
}
