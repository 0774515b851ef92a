using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Discovery of newer servers: all groups with their resources in one answer.</summary>
internal static class AggregatedDiscovery
{
    public static JsonObject List(ResourceCatalog catalog, bool core, string version)
    {
        IEnumerable<string> groups = core ? [""] : ClassicDiscovery.GroupNames(catalog).Order(StringComparer.Ordinal);
        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/" + version,
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(group => Group(catalog, group))]),
        };
    }

    private static JsonObject Group(ResourceCatalog catalog, string group)
    {
        var versions = catalog.All.Where(resource => resource.Group == group).GroupBy(resource => resource.Version);
        return new JsonObject
        {
            ["metadata"] = group.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group },
            ["versions"] = new JsonArray([.. versions.Select(version => Version(version.Key, version))]),
        };
    }

    private static JsonObject Version(string version, IEnumerable<Resource> resources) => new JsonObject
    {
        ["version"] = version,
        ["resources"] = new JsonArray([.. resources.OrderBy(resource => resource.Plural, StringComparer.Ordinal).Select(Describe)]),
        ["freshness"] = "Current",
    };

    private static JsonObject Describe(Resource resource)
    {
        var result = new JsonObject
        {
            ["resource"] = resource.Plural,
            ["responseKind"] = ResponseKind(resource),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = resource.Verbs.ToJsonArray(),
        };
        if (resource.ShortNames.Count > 0)
            result["shortNames"] = resource.ShortNames.ToJsonArray();
        if (resource.Categories.Count > 0)
            result["categories"] = resource.Categories.ToJsonArray();
        if (resource.HasStatus)
        {
            result["subresources"] = new JsonArray(new JsonObject
            {
                ["subresource"] = "status",
                ["responseKind"] = ResponseKind(resource),
                ["verbs"] = new JsonArray("get", "patch", "update"),
            });
        }
        return result;
    }

    /// <summary>Group and version are said for custom resources only; those of the others are the ones of the list.</summary>
    private static JsonObject ResponseKind(Resource resource)
    {
        var custom = resource.Strategy is CustomResourceStrategy;
        return new JsonObject
        {
            ["group"] = custom ? resource.Group : "",
            ["version"] = custom ? resource.Version : "",
            ["kind"] = resource.Kind,
        };
    }
}
