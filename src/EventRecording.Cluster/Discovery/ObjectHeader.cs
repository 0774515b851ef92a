using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>What <c>metadata</c> says of an object: which one it is, and what owns it.</summary>
/// <param name="Name">Name.</param>
/// <param name="Namespace">Namespace; <see langword="null"/> for a cluster-scoped object.</param>
/// <param name="Uid">Uid.</param>
/// <param name="ResourceVersion">Version.</param>
/// <param name="Mirror">Its <see cref="ObjectReference.MirrorAnnotation"/>.</param>
/// <param name="Owners">Its ownerReferences; they name no namespace, an owner is in the object's or in none.</param>
internal sealed record ObjectHeader(string? Name, string? Namespace, string? Uid, string? ResourceVersion, string? Mirror, IReadOnlyList<ObjectReference> Owners)
{
    public static ObjectHeader Of(JsonNode? json)
    {
        var metadata = (json as JsonObject)?["metadata"] as JsonObject;
        var owners = metadata?["ownerReferences"] is JsonArray references ? references.OfType<JsonObject>().Select(Owner).ToArray() : [];
        return new ObjectHeader(DiscoveryJson.Text(metadata, "name"), DiscoveryJson.Text(metadata, "namespace"), DiscoveryJson.Text(metadata, "uid"), DiscoveryJson.Text(metadata, "resourceVersion"), DiscoveryJson.Text(metadata?["annotations"], ObjectReference.MirrorAnnotation), owners);
    }

    private static ObjectReference Owner(JsonObject json) => new()
    {
        ApiVersion = DiscoveryJson.Text(json, "apiVersion"),
        Kind = DiscoveryJson.Text(json, "kind"),
        Name = DiscoveryJson.Text(json, "name"),
        Uid = DiscoveryJson.Text(json, "uid"),
    };
}
