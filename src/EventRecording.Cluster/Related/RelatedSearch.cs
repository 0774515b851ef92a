using System.Collections.Concurrent;

namespace EventRecording.Cluster;

/// <summary>One search for what has to do with some objects.</summary>
internal sealed class RelatedSearch(ResourceMapper mapper, bool withConditions)
{
    private const int RequestsAtOnce = 8;

    // Owners of owners, of which no cluster has more than a handful; a server may name them without end.
    private const int MostGenerations = 20;

    private readonly List<RelatedObject> _found = [];
    private readonly HashSet<string> _names = [];
    private readonly ConcurrentBag<ConditionTransition> _conditions = [];
    private readonly ConcurrentBag<string> _unread = [];

    public async Task<RelatedObjectsResult> RunAsync(IReadOnlyCollection<ObjectReference> objects, CancellationToken cancellationToken)
    {
        Add(objects, ObjectRelation.Self);
        var bodies = await ReadAsync([.. _found], cancellationToken).ConfigureAwait(false);
        await AddOwnersAsync(bodies, cancellationToken).ConfigureAwait(false);

        var owned = await new OwnedObjects(mapper).FindAsync(objects, cancellationToken).ConfigureAwait(false);
        foreach (var skipped in owned.Skipped)
            _unread.Add(skipped.ToString());
        foreach (var group in owned.Unanswered)
            _unread.Add($"{group} did not answer: what it serves could not be looked through.");
        var members = Add(owned.Objects, ObjectRelation.Owned);
        bodies = [.. bodies, .. await ReadAsync(members, cancellationToken).ConfigureAwait(false)];

        // What they name, and what that names: the volume of a claim.
        while (bodies.Count > 0)
            bodies = await ReadAsync(AddNamed(bodies), cancellationToken).ConfigureAwait(false);
        return Result();
    }

    public async Task<RelatedObjectsResult> ReadAloneAsync(IReadOnlyCollection<ObjectReference> objects, CancellationToken cancellationToken)
    {
        await ReadAsync(Add(objects, ObjectRelation.Self), cancellationToken).ConfigureAwait(false);
        return Result();
    }

    private RelatedObjectsResult Result() => new(_found, [.. _conditions.OrderBy(it => it.LastSeen)], [.. _unread.Distinct().Order(StringComparer.Ordinal)]);

    private async Task AddOwnersAsync(IReadOnlyList<ObjectBody> bodies, CancellationToken cancellationToken)
    {
        for (var generation = 1; bodies.Count > 0; generation++)
        {
            var owners = bodies.SelectMany(it => it.Owners).ToList();
            if (generation > MostGenerations && owners.Count > 0)
            {
                _unread.Add($"{owners[0]} could not be read: it is the owner of owners {MostGenerations} times over.");
                return;
            }

            for (var i = 0; i < owners.Count; i++)
                owners[i] = await InItsPlaceAsync(owners[i], cancellationToken).ConfigureAwait(false);
            bodies = await ReadAsync(Add(owners, ObjectRelation.Owner), cancellationToken).ConfigureAwait(false);
        }
    }

    // References to owners name no namespace: an owner is in the object's, or in none.
    private async Task<ObjectReference> InItsPlaceAsync(ObjectReference owner, CancellationToken cancellationToken) =>
        await ResolveAsync(owner, cancellationToken).ConfigureAwait(false) is { IsNamespaced: false } ? owner with { Namespace = null } : owner;

    private List<RelatedObject> AddNamed(IReadOnlyList<ObjectBody> bodies)
    {
        var added = new List<RelatedObject>();
        foreach (var body in bodies)
        {
            foreach (var (kind, name, relation) in body.Named)
            {
                var ns = relation is ObjectRelation.Node or ObjectRelation.Volume ? null : body.Regarding.Namespace;
                added.AddRange(Add([new ObjectReference { ApiVersion = "v1", Kind = kind, Namespace = ns, Name = name }], relation));
            }
        }

        return added;
    }

    /// <summary>Adds what is new.</summary>
    private List<RelatedObject> Add(IEnumerable<ObjectReference> references, string relation)
    {
        var added = references
            .Where(it => _names.Add($"{it.ApiGroup}/{it.Kind}/{it.Namespace}/{it.Name}"))
            .Select(it => new RelatedObject(it, relation))
            .ToList();
        _found.AddRange(added);
        return added;
    }

    private async Task<IReadOnlyList<ObjectBody>> ReadAsync(List<RelatedObject> objects, CancellationToken cancellationToken)
    {
        var bodies = new ObjectBody?[objects.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, objects.Count).Where(i => IsToBeRead(objects[i])), options, async (i, cancellation) =>
        {
            bodies[i] = await ReadAsync(objects[i].Reference, cancellation).ConfigureAwait(false);
            foreach (var condition in withConditions ? bodies[i]?.Conditions ?? [] : [])
                _conditions.Add(condition);
        }).ConfigureAwait(false);
        return [.. bodies.OfType<ObjectBody>()];
    }

    // Of thousands of owned objects, those that name others; and never what is in a config map or secret.
    private bool IsToBeRead(RelatedObject it) => it.Relation switch
    {
        ObjectRelation.Config => false,
        ObjectRelation.Self or ObjectRelation.Owner or ObjectRelation.Claim => true,
        ObjectRelation.Owned => it.Reference is { ApiGroup: "", Kind: "Pod" or "PersistentVolumeClaim" } || (withConditions && it.Reference is not { ApiGroup: "", Kind: "Secret" or "ConfigMap" }),
        _ => withConditions,
    };

    private async Task<ObjectBody?> ReadAsync(ObjectReference reference, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(reference.Kind) || string.IsNullOrEmpty(reference.Name))
            return null;
        try
        {
            return await mapper.Catalogs.AtResourceAsync(() => mapper.ResolveAsync(reference, cancellationToken), resource => ReadAsync(resource, reference, cancellationToken)).ConfigureAwait(false);
        }
        // A name that nothing can have stands in what another object says of it.
        catch (Exception error) when (error is ResourceNotFoundException or ClusterConnectionException or KubernetesApiException { Status.Code: not 401 } or ArgumentException)
        {
            _unread.Add($"{reference} could not be read: {error.Message}");
            return null;
        }
    }

    private async Task<ObjectBody?> ReadAsync(ApiResource resource, ObjectReference reference, CancellationToken cancellationToken)
    {
        var accept = resource is { Group: "", Resource: "secrets" or "configmaps" } ? MetadataLister.OfOneObject : ApiRequest.Json;
        var request = new ApiRequest(HttpMethod.Get, resource.Path(reference.Namespace, reference.Name!), Accept: accept);
        return await mapper.Connection.AskAsync(request, answer => ObjectBody.Of(DiscoveryJson.RequireObject(answer), reference), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ApiResource?> ResolveAsync(ObjectReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return string.IsNullOrEmpty(reference.Kind) || string.IsNullOrEmpty(reference.Name) ? null
                : await mapper.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (ResourceNotFoundException unknown)
        {
            _unread.Add($"{reference} could not be read: {unknown.Message}");
            return null;
        }
    }
}
