using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Objects of which only the metadata is typed; a generation counts the changes of what is neither metadata nor status.</summary>
internal abstract class UntypedStrategy : ResourceStrategy
{
    /// <summary>The status is written through its subresource only.</summary>
    protected abstract bool HasStatus { get; }

    public override JsonObject Decode(JsonObject source, ICollection<string> unknown)
    {
        var result = new JsonObject
        {
            ["metadata"] = MetadataSchema.ObjectMeta.Decode(source.Object("metadata") ?? [], unknown, "metadata."),
        };
        foreach (var (name, value) in source)
        {
            if (name is not ("kind" or "apiVersion" or "metadata"))
                result[name] = value?.DeepClone();
        }
        return result;
    }

    public override void PrepareForCreate(JsonObject created)
    {
        created.Metadata()["generation"] = 1;
        if (HasStatus)
            created.Remove("status");
    }

    public override void PrepareForUpdate(JsonObject updated, JsonObject old, string subresource)
    {
        if (subresource.Length > 0)
            KeepAllBut("status", updated, old);
        else if (HasStatus)
            Keep("status", updated, old);
        var generation = old.Metadata().Number("generation");
        updated.Metadata()["generation"] = JsonNode.DeepEquals(Content(updated), Content(old)) ? generation : generation + 1;
    }

    protected static void Keep(string field, JsonObject updated, JsonObject old)
    {
        if (old[field] is { } value)
            updated[field] = value.DeepClone();
        else
            updated.Remove(field);
    }

    private static void KeepAllBut(string field, JsonObject updated, JsonObject old)
    {
        var version = updated.Metadata()["resourceVersion"]?.DeepClone();
        foreach (var name in updated.Concat(old).Select(pair => pair.Key).Where(name => name != field).Distinct().ToArray())
            Keep(name, updated, old);
        if (version is not null)
            updated.Metadata()["resourceVersion"] = version;
    }

    private JsonObject Content(JsonObject source)
    {
        var content = source.Clone();
        content.Remove("metadata");
        if (HasStatus)
            content.Remove("status");
        return content;
    }
}
