using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>
/// OpenAPI v3 as far as kubectl needs it to create and apply: which kinds
/// there are, and that fields are validated by the server.
/// </summary>
internal static class OpenApi
{
    /// <summary>The index, or the document of one API group and version; <see langword="null"/> if there is none.</summary>
    public static JsonObject? Answer(ResourceCatalog catalog, string[] path) => path switch
    {
        [] => Index(catalog),
        ["api", var version] when catalog.HasGroupVersion("", version) => Document(catalog, "", version),
        ["apis", var group, var version] when catalog.HasGroupVersion(group, version) => Document(catalog, group, version),
        _ => null,
    };

    private static JsonObject Index(ResourceCatalog catalog)
    {
        var paths = new JsonObject();
        foreach (var path in catalog.All.Select(Root).Distinct())
            paths[path] = new JsonObject { ["serverRelativeURL"] = "/openapi/v3/" + path };
        return new JsonObject { ["paths"] = paths };
    }

    private static JsonObject Document(ResourceCatalog catalog, string group, string version)
    {
        var paths = new JsonObject();
        var schemas = new JsonObject();
        foreach (var resource in catalog.All.Where(resource => resource.Group == group && resource.Version == version))
        {
            schemas[SchemaName(resource)] = Schema(resource);
            var collection = $"/{Root(resource)}/{(resource.Namespaced ? "namespaces/{namespace}/" : "")}{resource.Plural}";
            paths[collection] = new JsonObject { ["post"] = Operation(resource, "post") };
            paths[collection + "/{name}"] = new JsonObject
            {
                ["put"] = Operation(resource, "put"),
                ["patch"] = Operation(resource, "patch"),
            };
        }
        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes sandbox", ["version"] = "v1.36.4" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static string Root(Resource resource) =>
        resource.Group.Length == 0 ? "api/" + resource.Version : "apis/" + resource.GroupVersion;

    private static string SchemaName(Resource resource) => $"{resource.Group}.{resource.Version}.{resource.Kind}".TrimStart('.');

    private static JsonObject Schema(Resource resource) => new()
    {
        ["type"] = "object",
        ["x-kubernetes-preserve-unknown-fields"] = true,
        ["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(resource)),
    };

    private static JsonObject Operation(Resource resource, string action) => new()
    {
        ["operationId"] = action + resource.Kind,
        ["parameters"] = new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation")),
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        ["x-kubernetes-action"] = action,
        ["x-kubernetes-group-version-kind"] = GroupVersionKind(resource),
    };

    private static JsonObject Parameter(string name) => new()
    {
        ["name"] = name,
        ["in"] = "query",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject GroupVersionKind(Resource resource) => new()
    {
        ["group"] = resource.Group,
        ["version"] = resource.Version,
        ["kind"] = resource.Kind,
    };
}
