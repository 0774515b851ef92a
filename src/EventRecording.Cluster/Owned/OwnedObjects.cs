namespace EventRecording.Cluster;

/// <summary>Finds what objects own, by ownerReferences and to any depth, so that a query can ask for the events of a whole family.</summary>
/// <remarks>
/// Looks through everything that the server lists, except events, and reads metadata only. A namespaced object owns objects of its own
/// namespace; for a cluster-scoped one all namespaces are searched.
/// Objects that are gone are not found, although their events may still be there: nothing says whose they were.
/// Rights needed: <c>list</c> of whatever can be owned; what may not be listed is skipped, and the result says so.
/// </remarks>
public sealed class OwnedObjects
{
    private const int RequestsAtOnce = 8;

    private readonly CatalogCache _catalogs;
    private readonly MetadataLister _lister;

    /// <summary>A finder; nothing is asked yet.</summary>
    /// <param name="mapper">Knows what the cluster serves.</param>
    public OwnedObjects(ResourceMapper mapper)
    {
        ArgumentNullException.ThrowIfNull(mapper);
        _catalogs = mapper.Catalogs;
        _lister = new MetadataLister(mapper.Connection);
    }

    /// <summary>Finds what these objects own. An owner without a uid, or with one that only its kubelet knows, is found by kind, group, name and namespace.</summary>
    /// <exception cref="KubernetesApiException">Discovery was refused, or the credential was (401).</exception>
    /// <exception cref="ClusterConnectionException">No usable answer came to discovery.</exception>
    public async Task<OwnedObjectsResult> FindAsync(IReadOnlyCollection<ObjectReference> owners, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owners);
        if (owners.Count == 0)
            return new OwnedObjectsResult([], [], []);
        var catalog = await _catalogs.GetAsync(cancellationToken).ConfigureAwait(false);
        var searches = Searches(catalog.Resources, owners);
        var options = new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(searches, options, async (search, cancellation) => await search.RunAsync(_catalogs, _lister, catalog, cancellation).ConfigureAwait(false))
            .ConfigureAwait(false);

        var graph = new OwnershipGraph();
        foreach (var (owned, itsOwners) in searches.SelectMany(search => search.Found))
            graph.Add(owned, itsOwners);
        var result = new OwnedObjectsResult(graph.OwnedBy(owners), [.. searches.Select(search => search.Skipped).OfType<SkippedResource>()], catalog.Failed);
        return result.Skipped.Count + result.Unanswered.Count == 0 ? result
            : result with { Behind = graph.OwnedBy(graph.Owners.Where(result.IsHidden)).Select(OwnedObjectsResult.Name).ToHashSet() };
    }

    private static List<OwnedObjectSearch> Searches(IEnumerable<ApiResource> served, IReadOnlyCollection<ObjectReference> owners)
    {
        var resources = served
            .Where(it => it.Verbs.Contains("list") && it is not { Resource: "events", Group: "" or "events.k8s.io" })
            .DistinctBy(it => (it.Group, it.Resource))
            .ToList();
        if (owners.Any(owner => string.IsNullOrEmpty(owner.Namespace)))
            return [.. resources.Select(resource => new OwnedObjectSearch(resource, null))];
        var namespaces = owners.Select(owner => owner.Namespace).Distinct().ToList();
        return [.. from resource in resources where resource.IsNamespaced from ns in namespaces select new OwnedObjectSearch(resource, ns)];
    }
}
