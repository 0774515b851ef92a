using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Finds out which object is meant.</summary>
/// <param name="mapper">Knows what the server serves.</param>
/// <param name="notices">Is told of objects that may not be read.</param>
/// <param name="contextNamespace">Where an object is that is in a namespace and does not say in which.</param>
internal sealed class TargetResolver(ResourceMapper mapper, Notices notices, string contextNamespace)
{
    /// <summary>The object to record on, which must be there if it is given by its name.</summary>
    /// <param name="target">The object.</param>
    /// <param name="inNamespace">Where it is, if it does not say so; <see langword="null"/> for the namespace of the context.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<ObjectReference> ResolveExistingAsync(ObjectTarget target, string? inNamespace, CancellationToken cancellationToken) => target switch
    {
        KnownTarget known when SaysWhere(known.Reference) => known.Reference,
        KnownTarget { Reference: var known } => await IsNamespacedAsync(known, cancellationToken).ConfigureAwait(false) == false ? known : InNamespace(known, inNamespace),
        NamedTarget named => Known(await mapper.GetObjectAsync(named.Name, named.Namespace ?? inNamespace, cancellationToken).ConfigureAwait(false)),
        BadTarget bad => throw bad.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(target)),
    };

    /// <summary>The object to record on that does not say where it is, as far as that can be known without a server.</summary>
    public ObjectReference InNamespace(ObjectReference reference, string? inNamespace) => reference with { Namespace = inNamespace ?? contextNamespace };

    /// <summary>The object whose events are wanted, with its uid if it is there: events outlive their object.</summary>
    /// <param name="target">The object.</param>
    /// <param name="inNamespace">Where it is, if it does not say so; <see langword="null"/> where several namespaces are searched.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<ReadTarget> ResolveAsync(ObjectTarget target, string? inNamespace, CancellationToken cancellationToken)
    {
        switch (target)
        {
            // What an event says of its object is what others of that object say, too.
            case KnownTarget { Reference: var known } when target.Given is KubeEvent || SaysWhere(known):
                return new ReadTarget(known, IsClusterScoped: string.IsNullOrEmpty(known.Namespace) && !string.IsNullOrEmpty(known.Uid));
            case KnownTarget { Reference: var known }:
                var isNamespaced = await IsNamespacedAsync(known, cancellationToken).ConfigureAwait(false);
                return new ReadTarget(isNamespaced == true ? known with { Namespace = inNamespace } : known, isNamespaced == false);
            case NamedTarget named when named.Name.Split('/') is [{ Length: > 0 } resource, { Length: > 0 } name]:
                return await ResolveAsync(named, resource, name, named.Namespace ?? inNamespace, cancellationToken).ConfigureAwait(false);
            default:
                return new ReadTarget(await ResolveExistingAsync(target, inNamespace, cancellationToken).ConfigureAwait(false), IsClusterScoped: false);
        }
    }

    private async Task<ReadTarget> ResolveAsync(NamedTarget target, string resourceName, string objectName, string? inNamespace, CancellationToken cancellationToken)
    {
        var resource = await mapper.ResolveAsync(resourceName, cancellationToken).ConfigureAwait(false);
        if (!resource.IsNamespaced || inNamespace is not null)
        {
            try
            {
                var found = (await mapper.GetObjectAsync(target.Name, inNamespace, cancellationToken).ConfigureAwait(false)).Reference;
                return new ReadTarget(found, IsClusterScoped: found.Namespace is null);
            }
            catch (KubernetesApiException gone) when (gone.Status.Code == 404)
            {
                // By then what the server serves was read anew, if it is something else than before.
                resource = await mapper.ResolveAsync(resourceName, cancellationToken).ConfigureAwait(false);
            }
        }

        var unread = new ObjectReference { ApiVersion = resource.ApiVersion, Kind = resource.Kind, Name = objectName };
        return new ReadTarget(resource.IsNamespaced ? unread with { Namespace = inNamespace } : unread, !resource.IsNamespaced);
    }

    /// <summary>It has its namespace, or none as only a cluster-scoped object has that a server made, as its uid says.</summary>
    public static bool SaysWhere(ObjectReference it) => !string.IsNullOrEmpty(it.Namespace) || !string.IsNullOrEmpty(it.Uid);

    private async ValueTask<bool?> IsNamespacedAsync(ObjectReference it, CancellationToken cancellationToken) => string.IsNullOrEmpty(it.ApiVersion) || string.IsNullOrEmpty(it.Kind)
        ? null
        : await mapper.IsNamespacedAsync(it.ApiVersion, it.Kind, cancellationToken).ConfigureAwait(false);

    // kubectl describe asks for the events of a uid.
    private ObjectReference Known(ResolvedObject found)
    {
        if (found.Denied is { } denied)
            notices.WarnOnce(MissingUids.MayNotBeRead(found.Reference.Kind!, denied));
        return found.Reference;
    }
}

/// <summary>An object whose events are wanted.</summary>
/// <param name="Reference">The object.</param>
/// <param name="IsClusterScoped">It is in no namespace, and its events are in one that the server chooses.</param>
internal sealed record ReadTarget(ObjectReference Reference, bool IsClusterScoped)
{
    /// <summary>It was given by its name, and not as the object that it is.</summary>
    public bool IsNamed { get; init; }
}
