using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>
/// Reads what a server serves: aggregated in two requests, or group by group from servers before 1.26.
/// </summary>
internal sealed class DiscoveryReader(ClusterConnection connection)
{
    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
        + ApiRequest.Json;

    public async Task<ApiCatalog> ReadAsync(CancellationToken cancellationToken)
    {
        var core = ReadRootAsync("/api", cancellationToken);
        var groups = ReadRootAsync("/apis", cancellationToken);
        var parts = await Task.WhenAll(core, groups).ConfigureAwait(false);
        return new ApiCatalog(parts.SelectMany(part => part.Resources).ToArray(), parts.SelectMany(part => part.Failed).ToArray());
    }

    private async Task<ApiCatalog> ReadRootAsync(string path, CancellationToken cancellationToken)
    {
        var root = await GetAsync(path, Aggregated, json => Root.Of(json, path), cancellationToken).ConfigureAwait(false);
        if (root.Catalog is { } catalog)
            return catalog;
        var versions = root.Versions;
        var lists = await Task.WhenAll(versions.Select(version => ReadVersionAsync(version, cancellationToken))).ConfigureAwait(false);
        return new ApiCatalog(
            lists.SelectMany(list => list ?? []).ToArray(),
            versions.Where((_, index) => lists[index] is null).Select(version => version.ApiVersion).ToArray());
    }

    // An aggregated API whose server is down must not take the others with it.
    private async Task<IReadOnlyList<ApiResource>?> ReadVersionAsync(DiscoveredVersion version, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(version.Path, ApiRequest.Json, list => DiscoveryJson.ReadResources(list, version), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ClusterConnectionException or KubernetesApiException { Status.Code: not 401 })
        {
            return null;
        }
    }

    private Task<T> GetAsync<T>(string path, string accept, Func<JsonNode, T> read, CancellationToken cancellationToken) =>
        connection.AskAsync(new ApiRequest(HttpMethod.Get, path, Accept: accept), read, cancellationToken);

    // A class: what an asynchronous method is compiled for is shared by all of them.
    private sealed record Root(ApiCatalog? Catalog, IReadOnlyList<DiscoveredVersion> Versions)
    {
        public static Root Of(JsonNode json, string path) =>
            DiscoveryJson.IsAggregated(json) ? new(DiscoveryJson.ReadAggregated(json), []) : new(null, DiscoveryJson.ReadVersions(json, path));
    }
}
