namespace EventRecording.Cluster;

/// <summary>Looks through one resource, in one namespace or in all, for objects that have owners.</summary>
internal sealed class OwnedObjectSearch(ApiResource resource, string? ns)
{
    public List<(ObjectReference Owned, IReadOnlyList<ObjectReference> Owners)> Found { get; } = [];

    /// <summary>Why nothing, or not everything, was found.</summary>
    public SkippedResource? Skipped { get; private set; }

    public async Task RunAsync(CatalogCache catalogs, MetadataLister lister, ApiCatalog catalog, CancellationToken cancellationToken)
    {
        try
        {
            await catalogs.AtResourceAsync(() => catalogs.FindAsync(Find, resource.ToString(), cancellationToken, knownFrom: catalog), served => ListAsync(lister, served, cancellationToken)).ConfigureAwait(false);
        }
        catch (ResourceNotFoundException gone)
        {
            if (gone.MayBeIn(resource.Group))
                Skipped = new SkippedResource(resource, ns, gone);
        }
        catch (Exception error) when (error is ClusterConnectionException or KubernetesApiException { Status.Code: not 401 })
        {
            // A resource that may not be listed, or whose aggregated server is down, must not take the others with it.
            Skipped = new SkippedResource(resource, ns, error);
        }
    }

    // As it is served now, in the first version that can be listed.
    private ApiResource? Find(ApiCatalog catalog) =>
        catalog.Resources.FirstOrDefault(it => it.Resource == resource.Resource && it.Group == resource.Group && it.Verbs.Contains("list"));

    private async Task<bool> ListAsync(MetadataLister lister, ApiResource served, CancellationToken cancellationToken)
    {
        Found.Clear();
        await foreach (var item in lister.ListAsync(served, ns, cancellationToken).ConfigureAwait(false))
        {
            if (item.Owners.Count > 0)
                Found.Add((Reference(served, item), item.Owners));
        }

        return true;
    }

    private static ObjectReference Reference(ApiResource served, ObjectHeader item) => new ObjectReference
    {
        ApiVersion = served.ApiVersion,
        Kind = served.Kind,
        Namespace = item.Namespace,
        Name = item.Name,
        Uid = item.Uid,
    }.WithMirror(item.Mirror);
}
