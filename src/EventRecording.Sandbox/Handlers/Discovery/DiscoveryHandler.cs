using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Answers all paths that are no resources: what there is, which version, whether it lives.</summary>
internal sealed class DiscoveryHandler(KubernetesRules rules)
{
    public static ApiResponse NotFound() => ApiResponse.Text(404, "404 page not found\n");

    public ApiResponse Handle(ApiRequest request, ResourceCatalog catalog)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (request.Method != "GET")
            throw ApiStatus.MethodNotAllowed();
        return parts switch
        {
            ["healthz" or "livez" or "readyz", ..] => ApiResponse.Text(200, "ok"),
            ["version"] => Json(VersionInfo.For(rules)),
            ["api"] => Aggregated(request, catalog, core: true) ?? Json(ClassicDiscovery.CoreVersions(Host(request))),
            ["apis"] => Aggregated(request, catalog, core: false) ?? Json(ClassicDiscovery.Groups(catalog)),
            ["apis", var group] => Found(ClassicDiscovery.Group(catalog, group)),
            ["api", var version] => Found(ClassicDiscovery.Resources(catalog, "", version, rules)),
            ["apis", var group, var version] => Found(ClassicDiscovery.Resources(catalog, group, version, rules)),
            ["openapi", "v3", .. var rest] when rules != KubernetesRules.V1_20 => Found(OpenApi.Answer(catalog, rest)),
            _ => NotFound(),
        };
    }

    private ApiResponse? Aggregated(ApiRequest request, ResourceCatalog catalog, bool core)
    {
        if (rules == KubernetesRules.V1_20)
            return null;
        var chosen = ContentNegotiation.Choose(
            request.Header("Accept"), Representation.AggregatedDiscoveryV2, Representation.AggregatedDiscoveryV2Beta1);
        if (chosen is not (Representation.AggregatedDiscoveryV2 or Representation.AggregatedDiscoveryV2Beta1))
            return null;
        var version = chosen == Representation.AggregatedDiscoveryV2 ? "v2" : "v2beta1";
        return new ApiResponse
        {
            StatusCode = 200,
            ContentType = $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList",
            Body = JsonText.Write(AggregatedDiscovery.List(catalog, core, version)),
        };
    }

    private static string Host(ApiRequest request) => request.Header("Host") is { Length: > 0 } host ? host : "localhost";

    private static ApiResponse Found(JsonObject? body) => body is null ? NotFound() : Json(body);

    private static ApiResponse Json(JsonObject body) => ApiResponse.Json(200, JsonText.Write(body));
}

/// <summary>What <c>/version</c> answers.</summary>
internal static class VersionInfo
{
    public static JsonObject For(KubernetesRules rules) => rules == KubernetesRules.V1_20 ? Old() : Current();

    private static JsonObject Old() => new()
    {
        ["major"] = "1",
        ["minor"] = "20",
        ["gitVersion"] = "v1.20.2",
        ["gitCommit"] = "",
        ["gitTreeState"] = "",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = "",
    };

    private static JsonObject Current()
    {
        var result = Old();
        result["minor"] = "36";
        result["gitVersion"] = "v1.36.4+sandbox";
        result["emulationMajor"] = "1";
        result["emulationMinor"] = "36";
        result["minCompatibilityMajor"] = "1";
        result["minCompatibilityMinor"] = "35";
        return result;
    }
}
