using EventRecording.Reading;

namespace EventRecording.Benchmarks;

/// <summary>
/// Writes a page as an API server does in <c>application/vnd.kubernetes.protobuf</c>: four bytes that say so, and an envelope with the
/// list in it (transcript <c>list</c>).
/// </summary>
internal static class ProtobufPageWriter
{
    public static byte[] Write(EventPage page, byte[]? managedFields)
    {
        var answer = new ProtobufOutput();
        answer.Raw("k8s\0"u8);
        answer.Message(1, type =>
        {
            type.Text(1, "v1");
            type.Text(2, "EventList");
        });
        answer.Message(2, list =>
        {
            list.Message(1, metadata => Metadata(metadata, page));
            foreach (var item in page.Items)
                list.Message(2, message => Event(message, item, managedFields));
        });
        answer.Text(3, "");
        answer.Text(4, "");
        return answer.ToArray();
    }

    private static void Metadata(ProtobufOutput output, EventPage page)
    {
        output.Text(1, "");
        output.Text(2, page.ResourceVersion);
        output.Text(3, page.Continue);
        if (page.RemainingItemCount is { } remaining)
            output.Number(4, remaining);
    }

    private static void Event(ProtobufOutput output, KubeEvent item, byte[]? managedFields)
    {
        output.Message(1, metadata => Metadata(metadata, item, managedFields));
        output.Message(2, reference => Reference(reference, item.InvolvedObject));
        output.Text(3, item.Reason);
        output.Text(4, item.Message);
        output.Message(5, source =>
        {
            source.Text(1, item.SourceComponent);
            source.Text(2, item.SourceHost);
        });
        Time(output, 6, item.FirstTimestamp);
        Time(output, 7, item.LastTimestamp);
        output.Number(8, item.CoreCount ?? 0);
        output.Text(9, item.Type);
        Time(output, 10, item.EventTime);
        output.Text(12, item.Action);
        output.Text(14, item.ReportingController);
        output.Text(15, item.ReportingInstance);
    }

    private static void Metadata(ProtobufOutput output, KubeEvent item, byte[]? managedFields)
    {
        output.Text(1, item.Name);
        output.Text(2, "");
        output.Text(3, item.Namespace);
        output.Text(4, "");
        output.Text(5, item.Uid);
        output.Text(6, item.ResourceVersion);
        output.Number(7, 0);
        Time(output, 8, item.CreationTimestamp);
        foreach (var (key, value) in item.Annotations)
        {
            output.Message(12, entry =>
            {
                entry.Text(1, key);
                entry.Text(2, value);
            });
        }

        if (managedFields is not null)
            output.Bytes(17, managedFields);
    }

    private static void Reference(ProtobufOutput output, ObjectReference reference)
    {
        output.Text(1, reference.Kind);
        output.Text(2, reference.Namespace);
        output.Text(3, reference.Name);
        output.Text(4, reference.Uid);
        output.Text(5, reference.ApiVersion);
        output.Text(6, reference.ResourceVersion);
        output.Text(7, reference.FieldPath);
    }

    private static void Time(ProtobufOutput output, int field, DateTimeOffset? time)
    {
        output.Message(field, message =>
        {
            if (time is not { } given)
                return;
            message.Number(1, given.ToUnixTimeSeconds());
            message.Number(2, given.Ticks % TimeSpan.TicksPerSecond * 100);
        });
    }
}
