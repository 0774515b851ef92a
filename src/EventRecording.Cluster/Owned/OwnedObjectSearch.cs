
namespace EventRecording.Cluster;

/// <summary>Looks through one resource, in one namespace or in all, for objects that have owners.</summary>
internal sealed class OwnedObjectSearch(ApiResource resource, string? ns)
{
    public List<(ObjectReference Owned, IReadOnlyList<ObjectReference> Owners)> Found { get; } = [];

    /// <summary>Why nothing, or not everything, was found.</summary>
    public SkippedResource? Skipped { get; private set; }

    public async Task RunAsync(MetadataLister lister, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in lister.ListAsync(resource, ns, cancellationToken).ConfigureAwait(false))
            {
                if (item.Owners.Count > 0)
                    Found.Add((Reference(item), item.Owners));
            }
        }
        catch (Exception error) when (error is ClusterConnectionException or KubernetesApiException { Status.Code: not 401 })
        {
            // A resource that may not be listed, or whose aggregated server is down, must not take the others with it.
            Skipped = new SkippedResource(resource, ns, error);
        }
    }

    private ObjectReference Reference(ObjectHeader item) => new()
    {
        ApiVersion = resource.ApiVersion,
        Kind = resource.Kind,
        Namespace = item.Namespace,
        Name = item.Name,
        Uid = item.Uid,
    };
}
