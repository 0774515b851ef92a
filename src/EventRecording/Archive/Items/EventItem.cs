using System.Text.Json;

namespace EventRecording;

/// <summary>Tells an event from any other object.</summary>
internal static class EventItem
{
    /// <summary>Reads an object.</summary>
    /// <returns>Whether it is an event; a kind that is left out is told by the object that it is about.</returns>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static bool TryRead(ReadOnlySpan<byte> json, StringPool pool, out KubeEvent item)
    {
        var reader = JsonStreamBuffer.CreateReader(json);
        reader.Read();
        item = EventJsonReader.Read(ref reader, EventApiVersion.CoreV1, pool, out var kind);
        if (reader.Read())
            throw new JsonException("Something follows the event.");
        return kind is "Event" ? IsOfAGroup(item.ApiVersion) : kind is null && item.InvolvedObject != None;
    }

    private static readonly ObjectReference None = new();

    private static bool IsOfAGroup(string apiVersion) =>
        apiVersion == EventApiVersion.CoreV1 || apiVersion.StartsWith("events.k8s.io/", StringComparison.Ordinal);
}
