namespace EventRecording.Cluster;

/// <summary>Finds what has to do with an object: its owners and what it owns, and the nodes, claims, volumes, config maps and secrets that these name.</summary>
/// <remarks>
/// Rights needed: <c>get</c> of these objects and <c>list</c> of whatever can be owned; what may not be read is left out, and the result says so.
/// Of config maps and secrets never more than the metadata is read.
/// </remarks>
public sealed class RelatedObjects
{
    private readonly ResourceMapper _mapper;

    /// <summary>A finder; nothing is asked yet.</summary>
    /// <param name="mapper">Knows what the cluster serves.</param>
    public RelatedObjects(ResourceMapper mapper)
    {
        ArgumentNullException.ThrowIfNull(mapper);
        _mapper = mapper;
    }

    /// <summary>Finds what has to do with these objects.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="withConditions">Reads the conditions of all objects that are found, too: a request for each.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="KubernetesApiException">Discovery was refused, or the credential was (401).</exception>
    /// <exception cref="ClusterConnectionException">No usable answer came to discovery.</exception>
    public Task<RelatedObjectsResult> FindAsync(IReadOnlyCollection<ObjectReference> objects, bool withConditions = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objects);
        return new RelatedSearch(_mapper, withConditions).RunAsync(objects, cancellationToken);
    }

    /// <summary>Reads the conditions of these objects alone.</summary>
    /// <inheritdoc cref="FindAsync" path="/exception"/>
    public Task<RelatedObjectsResult> FindConditionsAsync(IReadOnlyCollection<ObjectReference> objects, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objects);
        return new RelatedSearch(_mapper, true).ReadAloneAsync(objects, cancellationToken);
    }
}
