using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>Lists the objects of a resource by their metadata alone, page by page; a server that cannot cut them down sends them whole.</summary>
internal sealed class MetadataLister(ClusterConnection connection)
{
    /// <summary>Asks for the metadata of one object alone: a secret or a large object need not come over the wire.</summary>
    public const string OfOneObject = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private const string PageSize = "500";

    /// <summary>The objects in one namespace, or in all without one; an object can come twice where a continue token was too old.</summary>
    /// <exception cref="KubernetesApiException">The server answered with an error.</exception>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public async IAsyncEnumerable<ObjectHeader> ListAsync(
        ApiResource resource, string? ns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null, limit = PageSize;
        do
        {
            MetadataPage page;
            try
            {
                page = await GetPageAsync(resource.Path(ns), limit, token, cancellationToken).ConfigureAwait(false);
            }
            catch (KubernetesApiException expired) when (expired.Status.Code == 410 && limit is not null)
            {
                // The rest in one page, or everything in one if the server gives no token for the rest.
                (token, limit) = (expired.Status.Continue, null);
                page = await GetPageAsync(resource.Path(ns), limit, token, cancellationToken).ConfigureAwait(false);
            }

            foreach (var item in page.Items)
                yield return item;
            // It would be followed for ever.
            if (page.Continue is { Length: > 0 } next && next == token)
                throw connection.Explain(new InvalidDataException("The page that it just gave is named as the next one."));
            token = page.Continue;
        }
        while (!string.IsNullOrEmpty(token));
    }

    private Task<MetadataPage> GetPageAsync(string path, string? limit, string? token, CancellationToken cancellationToken)
    {
        var pathAndQuery = path + EventPath.Query(("limit", limit), ("continue", token));
        // All kinds are looked through, those that are deprecated, too, whether anybody uses them or not.
        var request = new ApiRequest(HttpMethod.Get, pathAndQuery, Accept: MetadataOnly) { TellsWarnings = false };
        return connection.AskAsync(request, Read, cancellationToken);
    }

    private static MetadataPage Read(JsonNode page) =>
        new([.. DiscoveryJson.Items(DiscoveryJson.RequireList(page, "items"), "items").Select(ObjectHeader.Of)], DiscoveryJson.Text((page as JsonObject)?["metadata"], "continue"));

    private sealed record MetadataPage(IReadOnlyList<ObjectHeader> Items, string? Continue);
}
