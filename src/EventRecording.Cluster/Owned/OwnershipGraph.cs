namespace EventRecording.Cluster;

/// <summary>Who owns whom, by the ownerReferences of the owned.</summary>
internal sealed class OwnershipGraph
{
    private readonly List<(ObjectReference Owner, ObjectReference Owned)> _edges = [];

    public void Add(ObjectReference owned, IEnumerable<ObjectReference> owners) => _edges.AddRange(owners.Select(owner => (owner, owned)));

    public IEnumerable<ObjectReference> Owners => _edges.Select(edge => edge.Owner);

    /// <summary>What these objects own, to any depth and nearest first; not the objects themselves.</summary>
    public IReadOnlyList<ObjectReference> OwnedBy(IEnumerable<ObjectReference> owners)
    {
        var byOwner = _edges.ToLookup(edge => edge.Owner.Uid, edge => edge.Owned);
        var seen = new HashSet<string?>();
        var found = new List<ObjectReference>();
        foreach (var owner in owners)
        {
            seen.Add(owner.Uid);
            found.AddRange(owner.UidOfApi() is { } uid ? byOwner[uid] : OwnedByName(owner));
        }

        // A served resource can show the objects of another one, and references can go round in a circle.
        var owned = found.Where(it => seen.Add(it.Uid)).ToList();
        for (var next = 0; next < owned.Count; next++)
            owned.AddRange(byOwner[owned[next].Uid].Where(it => seen.Add(it.Uid)));
        return owned;
    }

    private IEnumerable<ObjectReference> OwnedByName(ObjectReference owner) =>
        from edge in _edges
        where edge.Owner.Kind == owner.Kind && edge.Owner.Name == owner.Name
        where string.IsNullOrEmpty(owner.ApiVersion) || edge.Owner.ApiGroup == owner.ApiGroup
        where string.IsNullOrEmpty(owner.Namespace) || edge.Owned.Namespace == owner.Namespace
        select edge.Owned;
}
