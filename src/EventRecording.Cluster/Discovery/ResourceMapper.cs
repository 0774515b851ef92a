namespace EventRecording.Cluster;

/// <summary>
/// Finds resources and objects by the names that people use, as kubectl does. One for each connection; safe for several threads.
/// </summary>
/// <remarks>
/// What the server serves is read once and kept for ten minutes; a name that isn't found there, or whose path leads nowhere any more, is
/// looked for once more in a fresh reading. What that does not have either is not looked for again for 5 s.
/// </remarks>
public sealed class ResourceMapper
{
    /// <summary>A mapper; nothing is asked yet.</summary>
    public ResourceMapper(ClusterConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Connection = connection;
        Catalogs = new CatalogCache(connection);
    }

    internal ClusterConnection Connection { get; }

    internal CatalogCache Catalogs { get; }

    /// <summary>
    /// Finds a resource by its plural, singular or short name or its kind, in any case, alone or with a group or with version and group
    /// behind
    /// it: <c>redis</c>, <c>rd</c>, <c>redises.cache.example.com</c>, <c>Redis.v1.cache.example.com</c>.
    /// </summary>
    /// <remarks>Where several fit, the core group wins, then the server's order of groups and its preferred version.</remarks>
    /// <exception cref="ResourceNotFoundException">The server has none.</exception>
    /// <exception cref="KubernetesApiException">Discovery was refused.</exception>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public ValueTask<ApiResource> ResolveAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var parsed = new ResourceName(name);
        // Whoever writes a name may have made the resource a moment ago.
        return Catalogs.FindAsync(catalog => Find(catalog, parsed), name, cancellationToken, looksAgain: true);
    }

    /// <summary>Finds the resource of an object by its kind and its group, in the version that the server prefers: the one that the object names may be served no more.</summary>
    /// <exception cref="ArgumentException">The object has no kind.</exception>
    /// <inheritdoc cref="ResolveAsync(string, CancellationToken)" path="/exception"/>
    public ValueTask<ApiResource> ResolveAsync(ObjectReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentException.ThrowIfNullOrEmpty(reference.Kind, nameof(reference));
        var (kind, group) = (reference.Kind, reference.ApiGroup);
        // Some writers of events leave the version of the object out.
        return string.IsNullOrEmpty(reference.ApiVersion) ? ResolveAsync(kind, cancellationToken) : Catalogs.FindAsync(catalog => catalog.FindInGroup(group, kind), group.Length == 0 ? kind : $"{kind}.{group}", cancellationToken);
    }

    /// <summary>Whether the objects of a kind live in namespaces, in whichever version of its group it is served.</summary>
    /// <returns><see langword="null"/> if the server does not serve the kind, or did not say.</returns>
    /// <exception cref="ArgumentException">The kind is empty.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<bool?> IsNamespacedAsync(string apiVersion, string kind, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await ResolveAsync(new ObjectReference { ApiVersion = apiVersion, Kind = kind }, cancellationToken).ConfigureAwait(false)).IsNamespaced;
        }
        catch (Exception error) when (error is ResourceNotFoundException or KubernetesApiException or ClusterConnectionException)
        {
            return null;
        }
    }

    /// <summary>All that the server serves, in the order in which names are resolved: a resource in several versions comes once for each.</summary>
    /// <remarks>What an API group did not answer is missing, and asked for again after 5 s.</remarks>
    /// <exception cref="KubernetesApiException">Discovery was refused.</exception>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public async Task<IReadOnlyList<ApiResource>> GetResourcesAsync(CancellationToken cancellationToken = default)
    {
        return (await Catalogs.GetAsync(cancellationToken).ConfigureAwait(false)).Resources;
    }

    /// <summary>Looks up an object by <c>resource/name</c>, where the resource is written as in <see cref="ResolveAsync(string, CancellationToken)"/>.</summary>
    /// <param name="resourceAndName">Such as <c>redis/my-op-redis</c>.</param>
    /// <param name="ns">Its namespace; <see langword="null"/> for the configuration's. Not used for a cluster-scoped object.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    /// <inheritdoc cref="GetObjectAsync(ApiResource, string?, string, CancellationToken)" path="/exception"/>
    public async Task<ResolvedObject> GetObjectAsync(string resourceAndName, string? ns, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resourceAndName);
        var parts = resourceAndName.Split('/');
        if (parts.Length != 2 || parts[0].Length == 0 || !ApiPath.IsName(parts[1]))
        {
            throw new FormatException(
                $"'{SafeText.OneLine(resourceAndName, 256)}' names no object: "
                + "write kind/name, resource/name or shortname/name, such as redis/my-op-redis.");
        }

        return await Catalogs.AtResourceAsync(() => ResolveAsync(parts[0], cancellationToken), resource => GetObjectAsync(resource, ns, parts[1], cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Looks up an object by its kind, group, namespace and name, in the version that the server prefers; its uid is not compared.</summary>
    /// <param name="reference">The object; without a namespace it is in the configuration's, unless it is cluster-scoped.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="ArgumentException">The object has no kind or no name.</exception>
    /// <inheritdoc cref="GetObjectAsync(ApiResource, string?, string, CancellationToken)" path="/exception"/>
    public async Task<ResolvedObject> GetObjectAsync(ObjectReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentException.ThrowIfNullOrEmpty(reference.Name, nameof(reference));
        return await Catalogs.AtResourceAsync(() => ResolveAsync(reference, cancellationToken), resource => GetObjectAsync(resource, reference.Namespace, reference.Name, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Looks up an object, so that an event can refer to it with its uid. Without the right to <c>get</c> it, the result says so.</summary>
    /// <exception cref="ResourceNotFoundException">The server has no such resource.</exception>
    /// <exception cref="KubernetesApiException">The server answered with an error: 404 with the kind in its status if there is no such object, without if the path leads nowhere.</exception>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public async Task<ResolvedObject> GetObjectAsync(
        ApiResource resource, string? ns, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var reference = new ObjectReference
        {
            ApiVersion = resource.ApiVersion,
            Kind = resource.Kind,
            Namespace = resource.IsNamespaced ? ns ?? Connection.Configuration.Namespace : null,
            Name = name,
        };
        if (!ApiPath.IsName(name) || (reference.Namespace is { Length: > 0 } own && !ApiPath.IsName(own)))
            throw Impossible(resource, reference);
        try
        {
            var request = new ApiRequest(HttpMethod.Get, resource.Path(reference.Namespace, name), Accept: MetadataLister.OfOneObject);
            var metadata = await Connection.AskAsync(request, static answer => ObjectHeader.Of(DiscoveryJson.RequireObject(answer)), cancellationToken).ConfigureAwait(false);
            var found = reference with { Uid = metadata.Uid, ResourceVersion = metadata.ResourceVersion };
            return new ResolvedObject(found.WithMirror(metadata.Mirror)) { Owners = metadata.Owners };
        }
        catch (KubernetesApiException denied) when (denied.Status.Code == 403)
        {
            return new ResolvedObject(reference, denied);
        }
        // Without a kind it is the path that leads nowhere.
        catch (KubernetesApiException missing) when (missing.Status is { Code: 404, Kind: not null })
        {
            var where = reference.Namespace is { } searched ? $" in namespace '{SafeText.Quote(searched)}'" : "";
            throw new KubernetesApiException(missing.Status, $"{missing.Message.TrimEnd('.')}{where} ({Connection.Configuration}).", missing);
        }
    }

    private static KubernetesApiException Impossible(ApiResource resource, ObjectReference reference)
    {
        var status = new KubernetesStatus { Code = 404, Reason = "NotFound", Kind = resource.Resource, Name = reference.Name };
        var where = reference.Namespace is { } ns ? $" in a namespace '{SafeText.Quote(ns)}'" : "";
        return new KubernetesApiException(status, $"There can be no {SafeText.OneLine(resource.Singular, 64)} '{SafeText.Quote(reference.Name!)}'{where}: {ApiPath.NameRule}.");
    }

    /// <summary>Names of the objects of a resource, in the server's order.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="ns">Namespace; <see langword="null"/> for all. Not used for cluster-scoped objects.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="KubernetesApiException">The server answered with an error.</exception>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public async Task<IReadOnlyList<string>> GetNamesAsync(ApiResource resource, string? ns, int most, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var names = new List<string>();
        await foreach (var item in new MetadataLister(Connection).ListAsync(resource, ns, cancellationToken).ConfigureAwait(false))
        {
            if (item.Name is { } name)
                names.Add(name);
            // Before the next page is asked for.
            if (names.Count == most)
                break;
        }

        return names;
    }

    private ApiResource? Find(ApiCatalog catalog, ResourceName name)
    {
        var found = catalog.Find(name);
        if (found is not null && catalog.AlsoNamed(name, found).ToArray() is { Length: > 0 } others)
            Connection.WarnOnce(SafeText.OneLine($"The name '{name.Text}' stands for {found} here, and for {string.Join(", ", others.AsEnumerable())} too: write it so if that is meant.", 512));
        return found;
    }
}

/// <summary>An object that was looked up on a server.</summary>
/// <param name="Reference">How an event refers to it; without uid and version if it could not be read.</param>
/// <param name="Denied">Why it could not be read, where the right to get it is missing: events can still be written about it.</param>
public sealed record ResolvedObject(ObjectReference Reference, KubernetesApiException? Denied = null)
{
    /// <summary>What owns it, by its ownerReferences; they name no namespace, an owner is in the object's or in none.</summary>
    public IReadOnlyList<ObjectReference> Owners { get; init; } = [];
}

/// <summary>A server has no resource of a name or kind; the message names similar ones, and the groups that did not answer.</summary>
public sealed class ResourceNotFoundException : Exception
{
    internal ResourceNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>API groups, with their version, that did not say what they serve: it may be there.</summary>
    public IReadOnlyList<string> Unanswered { get; internal init; } = [];

    /// <summary>Whether a version of this group is among <see cref="Unanswered"/>.</summary>
    /// <param name="group">The API group, without a version: empty for the core group, <see langword="null"/> for any.</param>
    public bool MayBeIn(string? group) => ApiCatalog.Includes(Unanswered, group);
}
