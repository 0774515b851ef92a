using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>JSON merge patch, RFC 7386.</summary>
internal static class JsonMergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
                continue;
            }
            var member = result[name];
            result.Remove(name);
            result[name] = Apply(member, value);
        }
        return result;
    }
}
