using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>The JSON of discovery, in both forms. What is missing or of another type is passed over.</summary>
internal static class DiscoveryJson
{
    /// <summary>An answer that is a list: an API server leaves its field out of none. A gateway that wants a login answers with success, too, and that is not the news that there is nothing.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="field">What the list holds.</param>
    /// <exception cref="JsonException">It is something else.</exception>
    public static JsonNode RequireList(JsonNode answer, string field) =>
        answer is JsonObject json && json.ContainsKey(field) ? answer : throw new JsonException($"A list was expected; what came has no '{field}'.");

    /// <summary>An answer that is an object.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static JsonNode RequireObject(JsonNode answer) =>
        string.IsNullOrEmpty(Text((answer as JsonObject)?["metadata"], "name")) ? throw new JsonException("An object was expected; what came has no name.") : answer;

    public static bool IsAggregated(JsonNode root) => Text(root, "kind") == "APIGroupDiscoveryList";

    public static ApiCatalog ReadAggregated(JsonNode root)
    {
        var resources = new List<ApiResource>();
        var failed = new List<string>();
        foreach (var group in Items(root, "items"))
        {
            var name = Text(group["metadata"], "name") ?? "";
            foreach (var version in Items(group, "versions"))
            {
                if (DiscoveredVersion.Of(name, Text(version, "version")) is not { } of)
                    continue;
                if (Text(version, "freshness") == "Stale")
                    failed.Add(of.ApiVersion);
                resources.AddRange(
                    Items(version, "resources").Select(resource => ReadAggregatedResource(resource, of)).OfType<ApiResource>());
            }
        }

        return new ApiCatalog(resources, failed);
    }

    /// <summary>The versions of each group, the preferred one first.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static IReadOnlyList<DiscoveredVersion> ReadVersions(JsonNode root, string path)
    {
        if (path == "/api")
            return Texts(RequireList(root, "versions"), "versions").Select(version => DiscoveredVersion.Of("", version)).OfType<DiscoveredVersion>().ToArray();
        return (
            from @group in Items(RequireList(root, "groups"), "groups")
            let name = Text(@group, "name")
            where name is not null
            let preferred = Text(@group["preferredVersion"], "version")
            from version in Items(@group, "versions").Select(version => DiscoveredVersion.Of(name, Text(version, "version"))).OfType<DiscoveredVersion>()
                .OrderByDescending(version => version.Version == preferred)
            select version).ToArray();
    }

    /// <exception cref="JsonException">It is something else.</exception>
    public static IReadOnlyList<ApiResource> ReadResources(JsonNode list, DiscoveredVersion version) =>
        Items(RequireList(list, "resources"), "resources").Select(resource => ReadResource(resource, version)).OfType<ApiResource>().ToArray();

    private static ApiResource? ReadResource(JsonNode resource, DiscoveredVersion version)
    {
        var isNamespaced = resource["namespaced"] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
        return Create(resource, version, Text(resource, "name"), Text(resource, "singularName"), Text(resource, "kind"), isNamespaced);
    }

    private static ApiResource? ReadAggregatedResource(JsonNode resource, DiscoveredVersion version) =>
        Create(
            resource,
            version,
            Text(resource, "resource"),
            Text(resource, "singularResource"),
            Text(resource["responseKind"], "kind"),
            Text(resource, "scope") == "Namespaced");

    private static ApiResource? Create(
        JsonNode resource, DiscoveredVersion version, string? name, string? singular, string? kind, bool isNamespaced)
    {
        // redises/status is a part of an object and no object; and .. would lead out of the server's path, to others behind the same gateway.
        if (string.IsNullOrEmpty(kind) || name is null || !ApiPath.IsName(name))
            return null;
        if (string.IsNullOrEmpty(singular))
#pragma warning disable CA1308 // Resource names are lower case.
            singular = kind.ToLowerInvariant();
#pragma warning restore CA1308
        return new ApiResource(version.Group, version.Version, name, singular, kind, isNamespaced, Texts(resource, "shortNames"))
        {
            Verbs = Texts(resource, "verbs"),
        };
    }

    public static IEnumerable<JsonNode> Items(JsonNode? node, string name) =>
        node is JsonObject json && json[name] is JsonArray items ? items.OfType<JsonObject>() : [];

    private static string[] Texts(JsonNode node, string name) =>
        node is JsonObject json && json[name] is JsonArray items ? items.Select(Text).OfType<string>().ToArray() : [];

    public static string? Text(JsonNode? node, string name) => node is JsonObject json ? Text(json[name]) : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

/// <summary>A version of an API group.</summary>
internal sealed record DiscoveredVersion
{
    private DiscoveredVersion(string group, string version) => (Group, Version) = (group, version);

    public string Group { get; }

    public string Version { get; }

    /// <summary>A version of a group, the core group being the empty one; <see langword="null"/> where nothing can have such a name.</summary>
    public static DiscoveredVersion? Of(string group, string? version) =>
        version is not null && ApiPath.IsName(version) && (group.Length == 0 || ApiPath.IsName(group)) ? new DiscoveredVersion(group, version) : null;

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Path => ApiPath.Root(Group, Version);
}
