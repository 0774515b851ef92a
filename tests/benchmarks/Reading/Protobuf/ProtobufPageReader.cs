using System.Collections.ObjectModel;
using EventRecording.Reading;

namespace EventRecording.Benchmarks;

/// <summary>
/// Reads a page in <c>application/vnd.kubernetes.protobuf</c> into the same events as the JSON reader does. As fast as can be, to see
/// what JSON costs: it trusts its input, which a reader for a cluster could not.
/// </summary>
internal sealed class ProtobufPageReader
{
    private static readonly ReadOnlyDictionary<string, string> None = ReadOnlyDictionary<string, string>.Empty;

    private readonly ProtobufTexts _texts = new();

    public List<KubeEvent> Read(ReadOnlySpan<byte> answer)
    {
        var items = new List<KubeEvent>();
        var envelope = new ProtobufInput(answer["k8s\0"u8.Length..]);
        while (envelope.Read())
        {
            if (envelope.Field != 2)
                continue;
            var list = new ProtobufInput(envelope.Bytes);
            while (list.Read())
            {
                if (list.Field == 2)
                    items.Add(ReadEvent(list.Bytes));
            }
        }

        return items;
    }

    private KubeEvent ReadEvent(ReadOnlySpan<byte> message)
    {
        var input = new ProtobufInput(message);
        var metadata = default(Metadata);
        ObjectReference? about = null, related = null;
        string? reason = null, text = null, component = null, host = null, type = null, action = null, controller = null, instance = null;
        DateTimeOffset? first = null, last = null, time = null;
        int? count = null;
        EventSeries? series = null;
        while (input.Read())
        {
            switch (input.Field)
            {
                case 1: metadata = ReadMetadata(input.Bytes); break;
                case 2: about = ReadReference(input.Bytes); break;
                case 3: reason = _texts.Pooled(input.Bytes); break;
                case 4: text = _texts.Pooled(input.Bytes); break;
                case 5: (component, host) = ReadSource(input.Bytes); break;
                case 6: first = ReadTime(input.Bytes); break;
                case 7: last = ReadTime(input.Bytes); break;
                case 8: count = (int)input.Number; break;
                case 9: type = _texts.Pooled(input.Bytes); break;
                case 10: time = ReadTime(input.Bytes); break;
                case 11: series = ReadSeries(input.Bytes); break;
                case 12: action = _texts.Pooled(input.Bytes); break;
                case 13: related = ReadReference(input.Bytes); break;
                case 14: controller = _texts.Pooled(input.Bytes); break;
                case 15: instance = _texts.Pooled(input.Bytes); break;
            }
        }

        return new KubeEvent
        {
            Name = metadata.Name ?? "",
            Namespace = metadata.Namespace ?? "",
            Uid = metadata.Uid,
            ResourceVersion = metadata.ResourceVersion,
            CreationTimestamp = metadata.CreationTimestamp,
            Labels = metadata.Labels ?? (IReadOnlyDictionary<string, string>)None,
            Annotations = metadata.Annotations ?? (IReadOnlyDictionary<string, string>)None,
            InvolvedObject = about ?? new ObjectReference(),
            Related = related,
            Type = type,
            Reason = reason,
            Message = text,
            Action = action,
            SourceComponent = component,
            SourceHost = host,
            ReportingController = controller,
            ReportingInstance = instance,
            FirstTimestamp = first,
            LastTimestamp = last,
            EventTime = time,
            CoreCount = count,
            Series = series,
        };
    }

    private Metadata ReadMetadata(ReadOnlySpan<byte> message)
    {
        var input = new ProtobufInput(message);
        var metadata = default(Metadata);
        while (input.Read())
        {
            switch (input.Field)
            {
                case 1: metadata.Name = ProtobufTexts.Text(input.Bytes); break;
                case 3: metadata.Namespace = _texts.Pooled(input.Bytes); break;
                case 5: metadata.Uid = ProtobufTexts.Text(input.Bytes); break;
                case 6: metadata.ResourceVersion = ProtobufTexts.Text(input.Bytes); break;
                case 8: metadata.CreationTimestamp = ReadTime(input.Bytes); break;
                case 11: ReadEntry(input.Bytes, metadata.Labels ??= []); break;
                case 12: ReadEntry(input.Bytes, metadata.Annotations ??= []); break;
            }
        }

        return metadata;
    }

    private void ReadEntry(ReadOnlySpan<byte> message, Dictionary<string, string> texts)
    {
        var input = new ProtobufInput(message);
        string key = "", value = "";
        while (input.Read())
        {
            if (input.Field == 1)
                key = _texts.Pooled(input.Bytes) ?? "";
            else
                value = _texts.Pooled(input.Bytes) ?? "";
        }

        texts[key] = value;
    }

    private ObjectReference ReadReference(ReadOnlySpan<byte> message)
    {
        var input = new ProtobufInput(message);
        string? kind = null, ns = null, name = null, uid = null, apiVersion = null, resourceVersion = null, fieldPath = null;
        while (input.Read())
        {
            switch (input.Field)
            {
                case 1: kind = _texts.Pooled(input.Bytes); break;
                case 2: ns = _texts.Pooled(input.Bytes); break;
                case 3: name = _texts.Pooled(input.Bytes); break;
                case 4: uid = _texts.Pooled(input.Bytes); break;
                case 5: apiVersion = _texts.Pooled(input.Bytes); break;
                case 6: resourceVersion = _texts.Pooled(input.Bytes); break;
                case 7: fieldPath = _texts.Pooled(input.Bytes); break;
            }
        }

        return new ObjectReference { Kind = kind, Namespace = ns, Name = name, Uid = uid, ApiVersion = apiVersion, ResourceVersion = resourceVersion, FieldPath = fieldPath };
    }

    private (string? Component, string? Host) ReadSource(ReadOnlySpan<byte> message)
    {
        var input = new ProtobufInput(message);
        string? component = null, host = null;
        while (input.Read())
        {
            if (input.Field == 1)
                component = _texts.Pooled(input.Bytes);
            else
                host = _texts.Pooled(input.Bytes);
        }

        return (component, host);
    }

    private static EventSeries ReadSeries(ReadOnlySpan<byte> message)
    {
        var input = new ProtobufInput(message);
        var count = 0;
        DateTimeOffset? last = null;
        while (input.Read())
        {
            if (input.Field == 1)
                count = (int)input.Number;
            else
                last = ReadTime(input.Bytes);
        }

        return new EventSeries(count, last);
    }

    private static DateTimeOffset? ReadTime(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
            return null;
        var input = new ProtobufInput(message);
        long seconds = 0, nanoseconds = 0;
        while (input.Read())
        {
            if (input.Field == 1)
                seconds = (long)input.Number;
            else
                nanoseconds = (long)input.Number;
        }

        return DateTimeOffset.UnixEpoch.AddSeconds(seconds).AddTicks(nanoseconds / 100);
    }

    private struct Metadata
    {
        public string? Name, Namespace, Uid, ResourceVersion;
        public DateTimeOffset? CreationTimestamp;
        public Dictionary<string, string>? Labels, Annotations;
    }
}
