using System.Buffers;
using System.Text.Json;

namespace EventRecording;

/// <summary>An event as a line of JSON.</summary>
internal static class EventLine
{
    /// <summary>Writes the event and a line feed.</summary>
    public static void Write(ArrayBufferWriter<byte> buffer, KubeEvent item)
    {
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Options))
            EventJsonWriter.WriteStored(writer, item);
        buffer.Write("\n"u8);
    }

    /// <summary>Whether it is one event, from end to end.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> line)
    {
        try
        {
            return EventItem.TryRead(line, new StringPool(), out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether it is the beginning of a line as it is written here, or a whole event.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> line) =>
        Begins(line, "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"metadata\":{"u8)
        || Begins(line, "{\"apiVersion\":\"events.k8s.io/v1\",\"kind\":\"Event\",\"metadata\":{"u8)
        || IsWhole(line);

    private static bool Begins(ReadOnlySpan<byte> line, ReadOnlySpan<byte> beginning)
    {
        var length = Math.Min(line.Length, beginning.Length);
        return line[..length].SequenceEqual(beginning[..length]);
    }
}
