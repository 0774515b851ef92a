using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Finds out which object is meant.</summary>
internal sealed class TargetResolver(ResourceMapper mapper, Notices notices)
{
    /// <summary>The object, which must be there if it is given by its name.</summary>
    public async Task<ObjectReference> ResolveExistingAsync(ObjectTarget target, string? inNamespace, CancellationToken cancellationToken) => target switch
    {
        KnownTarget known => known.Reference,
        NamedTarget named => Known(await mapper.GetObjectAsync(named.Name, named.Namespace ?? inNamespace, cancellationToken).ConfigureAwait(false)),
        BadTarget bad => throw bad.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(target)),
    };

    /// <summary>The object, with its uid if it is there: events outlive their object.</summary>
    /// <param name="target">The object.</param>
    /// <param name="inNamespace">Where it is; <see langword="null"/> where several namespaces are searched.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<ObjectReference> ResolveAsync(ObjectTarget target, string? inNamespace, CancellationToken cancellationToken)
    {
        if (target is NamedTarget { Namespace: { } own })
            inNamespace = own;
        if (target is not NamedTarget { Name: var name } || name.Split('/') is not [{ Length: > 0 } resourceName, { Length: > 0 } objectName])
            return await ResolveExistingAsync(target, inNamespace, cancellationToken).ConfigureAwait(false);
        var resource = await mapper.ResolveAsync(resourceName, cancellationToken).ConfigureAwait(false);
        var unread = new ObjectReference { ApiVersion = resource.ApiVersion, Kind = resource.Kind, Name = objectName };
        if (resource.IsNamespaced && inNamespace is null)
            return unread;
        try
        {
            return (await mapper.GetObjectAsync(resource, inNamespace, objectName, cancellationToken).ConfigureAwait(false)).Reference;
        }
        catch (KubernetesApiException gone) when (gone.Status.Code == 404)
        {
            return unread with { Namespace = resource.IsNamespaced ? inNamespace : null };
        }
    }

    // kubectl describe asks for the events of a uid.
    private ObjectReference Known(ResolvedObject found)
    {
        if (found.Denied is { } denied)
            notices.WarnOnce($"Events about {found.Reference.Kind} carry no uid, so kubectl get events shows them and kubectl describe does not: the object may not be read. Give the object itself instead of its name, or add the right. {AccessDenial.From(denied.Status)?.Rule}".TrimEnd());
        return found.Reference;
    }
}
