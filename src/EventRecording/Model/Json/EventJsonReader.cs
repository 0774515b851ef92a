using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EventRecording;

/// <summary>
/// Reads one event of either group: the fields have other names there, but never another meaning.
/// </summary>
internal static class EventJsonReader
{
    /// <summary>Reads a whole body.</summary>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static KubeEvent Read(ReadOnlySpan<byte> json, string apiVersion, StringPool pool, string? context = null)
    {
        var reader = JsonStreamBuffer.CreateReader(json);
        reader.Read();
        return Read(ref reader, apiVersion, pool, out _, context);
    }

    /// <summary>Reads the object at the reader; an item of a list has no apiVersion of its own.</summary>
    public static KubeEvent Read(ref Utf8JsonReader reader, string apiVersion, StringPool pool, string? context) => Read(ref reader, apiVersion, pool, out _, context);

    /// <param name="reader">At the object.</param>
    /// <param name="apiVersion">Its group where it does not say so itself.</param>
    /// <param name="pool">Texts that repeat.</param>
    /// <param name="kind">What the object says it is.</param>
    /// <param name="context">The event's <see cref="KubeEvent.Context"/>, which no JSON has.</param>
    [MethodImpl(Hot.Code)]
    public static KubeEvent Read(ref Utf8JsonReader reader, string apiVersion, StringPool pool, out string? kind, string? context = null)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("An event must be a JSON object.");
        var fields = new EventFields { ApiVersion = apiVersion, Context = context };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            fields.ReadProperty(ref reader, pool);
        kind = fields.Kind;
        return fields.ToEvent();
    }

    private struct EventFields
    {
        public string ApiVersion;
        public string? Context;
        public string? Kind;
        private ObjectMetadata _metadata;
        private ObjectReference? _object, _related;
        private string? _type, _reason, _message, _action, _component, _host, _controller, _instance;
        private DateTimeOffset? _first, _last, _time;
        private int? _count;
        private EventSeries? _series;
        private Dictionary<string, JsonElement>? _others;

        [MethodImpl(Hot.Code)]
        public void ReadProperty(ref Utf8JsonReader reader, StringPool pool)
        {
            if (reader.TakeProperty("metadata"u8))
                _metadata = ObjectMetadata.Read(ref reader, pool);
            else if (reader.TakeProperty("involvedObject"u8) || reader.TakeProperty("regarding"u8))
                _object = ObjectReferenceJson.Read(ref reader, pool);
            else if (reader.TakeProperty("related"u8))
                _related = ObjectReferenceJson.Read(ref reader, pool);
            else if (reader.TakeProperty("source"u8) || reader.TakeProperty("deprecatedSource"u8))
                ReadSource(ref reader, pool);
            else if (reader.TakeProperty("series"u8))
                _series = ReadSeries(ref reader);
            else
                ReadText(ref reader, pool);
        }

        [MethodImpl(Hot.Code)]
        public readonly KubeEvent ToEvent() => new()
        {
            ApiVersion = ApiVersion,
            Context = Context,
            Name = _metadata.Name ?? "",
            Namespace = _metadata.Namespace ?? "",
            Uid = _metadata.Uid,
            ResourceVersion = _metadata.ResourceVersion,
            CreationTimestamp = _metadata.CreationTimestamp,
            Labels = _metadata.Labels ?? KubeEvent.NoTexts,
            Annotations = _metadata.Annotations ?? KubeEvent.NoTexts,
            InvolvedObject = _object ?? new ObjectReference(),
            Related = _related,
            Type = _type,
            Reason = _reason,
            Message = _message,
            Action = _action,
            SourceComponent = _component,
            SourceHost = _host,
            ReportingController = _controller,
            ReportingInstance = _instance,
            FirstTimestamp = _first,
            LastTimestamp = _last,
            EventTime = _time,
            CoreCount = _count,
            Series = _series,
            OtherMetadata = _metadata.Others,
            OtherFields = _others,
        };

        [MethodImpl(Hot.Code)]
        private void ReadText(ref Utf8JsonReader reader, StringPool pool)
        {
            if (reader.TakeProperty("apiVersion"u8))
                ApiVersion = JsonText.Read(ref reader, pool) ?? ApiVersion;
            else if (reader.TakeProperty("type"u8))
                _type = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("reason"u8))
                _reason = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("message"u8) || reader.TakeProperty("note"u8))
                _message = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("action"u8))
                _action = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("reportingComponent"u8) || reader.TakeProperty("reportingController"u8))
                _controller = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("reportingInstance"u8))
                _instance = JsonText.Read(ref reader, pool);
            else
                ReadRest(ref reader, pool);
        }

        [MethodImpl(Hot.Code)]
        private void ReadRest(ref Utf8JsonReader reader, StringPool pool)
        {
            if (reader.TakeProperty("firstTimestamp"u8) || reader.TakeProperty("deprecatedFirstTimestamp"u8))
                _first = JsonText.ReadTime(ref reader);
            else if (reader.TakeProperty("lastTimestamp"u8) || reader.TakeProperty("deprecatedLastTimestamp"u8))
                _last = JsonText.ReadTime(ref reader);
            else if (reader.TakeProperty("eventTime"u8))
                _time = JsonText.ReadTime(ref reader);
            else if (reader.TakeProperty("count"u8) || reader.TakeProperty("deprecatedCount"u8))
                _count = JsonText.ReadInt32(ref reader);
            else if (reader.TakeProperty("kind"u8))
                Kind = JsonText.Read(ref reader, pool);
            else
                reader.KeepProperty(ref _others);
        }

        [MethodImpl(Hot.Code)]
        private void ReadSource(ref Utf8JsonReader reader, StringPool pool)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.TakeProperty("component"u8))
                    _component = JsonText.Read(ref reader, pool);
                else if (reader.TakeProperty("host"u8))
                    _host = JsonText.Read(ref reader, pool);
                else
                    reader.SkipProperty();
            }
        }

        private static EventSeries? ReadSeries(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return null;
            }

            int? count = null;
            DateTimeOffset? lastObservedTime = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.TakeProperty("count"u8))
                    count = JsonText.ReadInt32(ref reader);
                else if (reader.TakeProperty("lastObservedTime"u8))
                    lastObservedTime = JsonText.ReadTime(ref reader);
                else
                    reader.SkipProperty();
            }

            return count is { } number ? new EventSeries(number, lastObservedTime) : null;
        }
    }
}
