using System.Text.Json.Nodes;
using EventRecording.Sandbox.Schema;

namespace EventRecording.Sandbox.Events;

/// <summary>Turns an event of one API group into one of the other: they are two views of one store.</summary>
internal static class EventConversion
{
    private static readonly Dictionary<string, string> InEventsV1 =
        EventSchema.EventsV1.Fields.ToDictionary(field => EventSchema.InCore(field.Name), field => field.Name, StringComparer.Ordinal);

    public static JsonObject ToCore(JsonObject eventsV1) => Convert(eventsV1, EventSchema.InCore, EventSchema.CoreV1);

    public static JsonObject ToEventsV1(JsonObject core) => Convert(core, name => InEventsV1[name], EventSchema.EventsV1);

    private static JsonObject Convert(JsonObject source, Func<string, string> rename, ObjectSchema target)
    {
        var renamed = new JsonObject();
        foreach (var (name, value) in source)
            renamed[rename(name)] = value?.DeepClone();
        return target.Decode(renamed, []);
    }
}
