using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Objects cut down to their metadata, <c>as=PartialObjectMetadata</c>.</summary>
internal static class PartialMetadata
{
    public static byte[] WriteObject(Resource resource, StoredObject stored) => JsonText.Write(Object(resource, stored));

    public static byte[] Write(Resource resource, ListPage page) => JsonText.Write(new JsonObject
    {
        ["kind"] = "PartialObjectMetadataList",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = ListWriter.Metadata(page),
        ["items"] = new JsonArray([.. page.Items.Select(item => Object(resource, item))]),
    });

    private static JsonObject Object(Resource resource, StoredObject stored) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = JsonText.ParseObject(resource.Strategy.View(stored)).Metadata().DeepClone(),
    };
}
