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
        var root = await GetAsync(path, Aggregated, cancellationToken).ConfigureAwait(false);
        if (DiscoveryJson.IsAggregated(root))
            return DiscoveryJson.ReadAggregated(root);
        var versions = DiscoveryJson.ReadVersions(root, path);
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
            var list = await GetAsync(version.Path, ApiRequest.Json, cancellationToken).ConfigureAwait(false);
            return DiscoveryJson.ReadResources(list, version);
        }
        catch (Exception error) when (error is ClusterConnectionException or KubernetesApiException { Status.Code: not 401 })
        {
            return null;
        }
    }

    private Task<JsonNode> GetAsync(string path, string accept, CancellationToken cancellationToken) =>
        connection.SendAsync(new ApiRequest(HttpMethod.Get, path, Accept: accept), connection.ReadJsonAsync, cancellationToken);
}
