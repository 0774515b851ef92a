using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EventRecording;

/// <summary>The part of <c>metadata</c> that is of use here; <c>managedFields</c>, half of an event's size, is skipped unread.</summary>
internal struct ObjectMetadata
{
    private Dictionary<string, JsonElement>? _others;

    public string? Name { get; private set; }

    public string? Namespace { get; private set; }

    public string? Uid { get; private set; }

    public string? ResourceVersion { get; private set; }

    public DateTimeOffset? CreationTimestamp { get; private set; }

    public Dictionary<string, string>? Labels { get; private set; }

    public Dictionary<string, string>? Annotations { get; private set; }

    /// <summary><c>continue</c> of a list, or of the Status that refuses a page.</summary>
    public string? Continue { get; private set; }

    /// <summary><c>remainingItemCount</c> of a list.</summary>
    public long? RemainingItemCount { get; private set; }

    /// <summary>What else there is.</summary>
    public Dictionary<string, JsonElement>? Others => _others;

    public static ObjectMetadata Read(ReadOnlySpan<byte> json, StringPool pool)
    {
        var reader = JsonStreamBuffer.CreateReader(json);
        reader.Read();
        return Read(ref reader, pool);
    }

    [MethodImpl(Hot.Code)]
    public static ObjectMetadata Read(ref Utf8JsonReader reader, StringPool pool)
    {
        var metadata = new ObjectMetadata();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return metadata;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            metadata.ReadProperty(ref reader, pool);
        return metadata;
    }

    [MethodImpl(Hot.Code)]
    private void ReadProperty(ref Utf8JsonReader reader, StringPool pool)
    {
        if (reader.TakeProperty("name"u8))
            Name = JsonText.Read(ref reader);
        else if (reader.TakeProperty("namespace"u8))
            Namespace = JsonText.Read(ref reader, pool);
        else if (reader.TakeProperty("uid"u8))
            Uid = JsonText.Read(ref reader);
        else if (reader.TakeProperty("resourceVersion"u8))
            ResourceVersion = JsonText.Read(ref reader);
        else if (reader.TakeProperty("creationTimestamp"u8))
            CreationTimestamp = JsonText.ReadTime(ref reader);
        else if (reader.TakeProperty("labels"u8))
            Labels = ReadTexts(ref reader, pool);
        else if (reader.TakeProperty("annotations"u8))
            Annotations = ReadTexts(ref reader, pool);
        else if (reader.TakeProperty("continue"u8))
            Continue = JsonText.Read(ref reader) is { Length: > 0 } token ? token : null;
        else if (reader.TakeProperty("remainingItemCount"u8))
            RemainingItemCount = ReadCount(ref reader);
        else if (reader.TakeProperty("managedFields"u8))
            reader.Skip();
        else
            reader.KeepProperty(ref _others);
    }

    private static long? ReadCount(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count >= 0)
            return count;
        reader.Skip();
        return null;
    }

    [MethodImpl(Hot.Code)]
    private static Dictionary<string, string>? ReadTexts(ref Utf8JsonReader reader, StringPool pool)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        Dictionary<string, string>? texts = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = pool.Read(ref reader);
            reader.Read();
            if (key is not null && JsonText.Read(ref reader, pool) is { } value)
                (texts ??= [])[key] = value;
        }

        return texts;
    }
}
