using System.Net;
using System.Text.Json.Nodes;

namespace EventRecording.Tests.Support;

/// <summary>A server that serves discovery in either form from a list of resources.</summary>
internal sealed class DiscoveryServer
{
    private readonly List<(string Group, string Version, JsonObject Resource)> _resources = [];

    public HashSet<string> Broken { get; } = [];

    public bool IsAggregated { get; set; }

    public string AggregatedVersion { get; set; } = "v2";

    public DiscoveryServer Add(string apiVersion, string name, string kind, string? shortName = null, string? singular = null, bool namespaced = true)
    {
        var parts = apiVersion.Split('/');
        var resource = new JsonObject { ["name"] = name, ["singularName"] = singular ?? "", ["namespaced"] = namespaced, ["kind"] = kind };
        if (shortName is not null)
            resource["shortNames"] = new JsonArray(shortName);
        _resources.Add((parts.Length == 2 ? parts[0] : "", parts[^1], resource));
        return this;
    }

    public HttpResponseMessage Answer(SentRequest request)
    {
        var aggregated = IsAggregated && request.Headers["Accept"].Contains($"v={AggregatedVersion};as=APIGroupDiscoveryList", StringComparison.Ordinal);
        return request.PathAndQuery switch
        {
            "/api" or "/apis" when aggregated => FakeHandler.Json(Aggregated(request.PathAndQuery == "/api").ToJsonString()),
            "/api" => FakeHandler.Json(new JsonObject { ["versions"] = new JsonArray(Versions("")) }.ToJsonString()),
            "/apis" => FakeHandler.Json(Groups().ToJsonString()),
            _ when Broken.Contains(request.PathAndQuery) => FakeHandler.Text("service unavailable", HttpStatusCode.ServiceUnavailable),
            _ => FakeHandler.Json(Resources(request.PathAndQuery).ToJsonString()),
        };
    }

    private IEnumerable<string> GroupNames => _resources.Select(one => one.Group).Where(group => group.Length > 0).Distinct();

    private JsonNode[] Versions(string group) => _resources.Where(one => one.Group == group).Select(one => one.Version).Distinct().Select(version => (JsonNode)version).ToArray();

    private JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["groups"] = new JsonArray(GroupNames.Select(group => (JsonNode)new JsonObject
        {
            ["name"] = group,
            ["versions"] = new JsonArray(Versions(group).AsEnumerable().Reverse().Select(version => (JsonNode)new JsonObject { ["version"] = (string?)version }).ToArray()),
            ["preferredVersion"] = new JsonObject { ["version"] = (string?)Versions(group)[0] },
        }).ToArray()),
    };

    private JsonObject Resources(string path) => new()
    {
        ["kind"] = "APIResourceList",
        ["resources"] = new JsonArray(_resources.Where(one => path == (one.Group.Length == 0 ? $"/api/{one.Version}" : $"/apis/{one.Group}/{one.Version}")).Select(one => one.Resource.DeepClone()).ToArray()),
    };

    private JsonObject Aggregated(bool core) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["items"] = new JsonArray((core ? [""] : GroupNames).Select(group => (JsonNode)new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = group },
            ["versions"] = new JsonArray(Versions(group).Select(version => (JsonNode)AggregatedGroup(group, (string)version!)).ToArray()),
        }).ToArray()),
    };

    private JsonObject AggregatedGroup(string group, string version) => new()
    {
        ["version"] = version,
        ["freshness"] = Broken.Contains($"/apis/{group}/{version}") ? "Stale" : "Current",
        ["resources"] = new JsonArray(_resources.Where(one => one.Group == group && one.Version == version && !one.Resource["name"]!.ToString().Contains('/')).Select(one => (JsonNode)new JsonObject
        {
            ["resource"] = (string?)one.Resource["name"],
            ["singularResource"] = (string?)one.Resource["singularName"],
            ["responseKind"] = new JsonObject { ["kind"] = (string?)one.Resource["kind"] },
            ["scope"] = (bool)one.Resource["namespaced"]! ? "Namespaced" : "Cluster",
            ["shortNames"] = one.Resource["shortNames"]?.DeepClone(),
        }).ToArray()),
    };
}
