using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Writes the frames of a watch, one line each.</summary>
internal sealed class FrameWriter(Resource resource, TableFrames? table)
{
    public void Write(IBufferWriter<byte> target, string type, StoredObject stored)
    {
        if (table is not null)
        {
            WriteFrame(target, type, JsonText.Write(table.Frame(stored)));
            return;
        }
        Begin(target, type);
        target.Write(resource.Header);
        target.Write(resource.Strategy.View(stored).AsSpan(1));
        target.Write("}\n"u8);
    }

    public static void WriteError(IBufferWriter<byte> target, ApiException error) =>
        WriteFrame(target, "ERROR", JsonText.Write(error.Body));

    /// <summary>Says that nothing more is known up to a version.</summary>
    public void WriteBookmark(IBufferWriter<byte> target, long version, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (initialEventsEnd)
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        var empty = resource.Strategy.Decode(new JsonObject { ["metadata"] = metadata }, []);
        var bookmark = new StoredObject { Key = "", Version = version, Body = JsonText.Write(empty) };
        Write(target, "BOOKMARK", bookmark);
    }

    private static void WriteFrame(IBufferWriter<byte> target, string type, byte[] body)
    {
        Begin(target, type);
        target.Write(body);
        target.Write("}\n"u8);
    }

    private static void Begin(IBufferWriter<byte> target, string type) =>
        target.Write(Encoding.ASCII.GetBytes($$"""{"type":"{{type}}","object":"""));
}

/// <summary>The objects of a watch as tables, for <c>kubectl get -w</c>.</summary>
internal sealed class TableFrames(Resource resource, string includeObject, TimeProvider time)
{
    private bool _columnsSent;

    public JsonObject Frame(StoredObject stored)
    {
        var frame = TableWriter.Frame(resource, stored, includeObject, time.GetUtcNow(), withColumns: !_columnsSent);
        _columnsSent = true;
        return frame;
    }
}
