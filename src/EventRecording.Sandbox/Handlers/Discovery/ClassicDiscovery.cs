using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Discovery as all versions have it: one request for the groups, and one for the resources of each version.</summary>
internal static class ClassicDiscovery
{
    public static JsonObject CoreVersions(string host) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = host }),
    };

    public static JsonObject Groups(ResourceCatalog catalog) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. GroupNames(catalog).Select(name => Describe(catalog, name))]),
    };

    public static JsonObject? Group(ResourceCatalog catalog, string name)
    {
        if (!GroupNames(catalog).Contains(name))
            return null;
        var group = Describe(catalog, name);
        group["kind"] = "APIGroup";
        group["apiVersion"] = "v1";
        return group;
    }

    public static JsonObject? Resources(ResourceCatalog catalog, string group, string version, KubernetesRules rules)
    {
        if (!catalog.HasGroupVersion(group, version))
            return null;
        var result = new JsonObject { ["kind"] = "APIResourceList" };
        // The list of the core group has always come without an apiVersion.
        if (group.Length > 0)
            result["apiVersion"] = "v1";
        result["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        var resources = catalog.All
            .Where(resource => resource.Group == group && resource.Version == version)
            .OrderBy(resource => resource.Plural, StringComparer.Ordinal);
        result["resources"] = new JsonArray([.. resources.SelectMany(resource => Describe(resource, rules))]);
        return result;
    }

    public static IEnumerable<string> GroupNames(ResourceCatalog catalog) =>
        catalog.All.Select(resource => resource.Group).Where(group => group.Length > 0).Distinct();

    private static JsonObject Describe(ResourceCatalog catalog, string group)
    {
        var versions = catalog.All.Where(resource => resource.Group == group).Select(resource => resource.Version).Distinct().ToArray();
        return new JsonObject
        {
            ["name"] = group,
            ["versions"] = new JsonArray([.. versions.Select(version => Version(group, version))]),
            ["preferredVersion"] = Version(group, versions[0]),
        };
    }

    private static JsonObject Version(string group, string version) =>
        new JsonObject { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

    private static IEnumerable<JsonNode> Describe(Resource resource, KubernetesRules rules)
    {
        // Built-in resources had no singular name before 1.27.
        var singular = rules == KubernetesRules.V1_20 && resource.Strategy.IsTyped ? "" : resource.Singular;
        var result = Entry(resource, resource.Plural, singular, resource.Verbs);
        if (resource.ShortNames.Count > 0)
            result["shortNames"] = resource.ShortNames.ToJsonArray();
        if (resource.Categories.Count > 0)
            result["categories"] = resource.Categories.ToJsonArray();
        if (resource.Strategy is not ReviewStrategy)
            result["storageVersionHash"] = StorageVersionHash(resource);
        yield return result;
        if (resource.HasStatus)
            yield return Entry(resource, resource.Plural + "/status", "", ["get", "patch", "update"]);
    }

    private static JsonObject Entry(Resource resource, string name, string singular, IReadOnlyList<string> verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = singular,
        ["namespaced"] = resource.Namespaced,
        ["kind"] = resource.Kind,
        ["verbs"] = verbs.ToJsonArray(),
    };

    /// <summary>Changes with the form of storage; events are stored in the form of core/v1 whichever group asks.</summary>
    private static string StorageVersionHash(Resource resource)
    {
        var group = resource.Kind == "Event" ? "" : resource.Group;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{group}/{resource.Version}/{resource.Kind}"));
        return Convert.ToBase64String(hash[..8]);
    }
}
