using System.Collections.Concurrent;

namespace EventRecording.Cluster;

/// <summary>
/// Finds resources and objects by the names that people use, as kubectl does. One for each connection; safe for several threads.
/// </summary>
/// <remarks>
/// What the server serves is read once and kept for ten minutes; a name that isn't found there, or whose path leads nowhere any more, is
/// looked for once more in a fresh reading. What that does not have either is not looked for again for 5 s.
/// </remarks>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose of.
public sealed class ResourceMapper
#pragma warning restore CA1001
{
    private const int MostMissing = 1_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    // Whoever writes events may make kinds up, and a definition may just be created.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly ClusterConnection _connection;
    private readonly DiscoveryReader _reader;
    private readonly SemaphoreSlim _reading = new(1);

    // What was looked for in vain, and when; boxed, since the code of a dictionary of values would be compiled at each first command.
    private readonly ConcurrentDictionary<string, object> _missing = [];
    private volatile Reading? _latest;

    /// <summary>A mapper; nothing is asked yet.</summary>
    public ResourceMapper(ClusterConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _reader = new DiscoveryReader(connection);
    }

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
        return FindAsync(catalog => Find(catalog, parsed), name, cancellationToken, looksAgain: true);
    }

    /// <summary>Finds the resource of a kind.</summary>
    /// <inheritdoc cref="ResolveAsync(string, CancellationToken)" path="/exception"/>
    public ValueTask<ApiResource> ResolveKindAsync(string apiVersion, string kind, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(apiVersion);
        ArgumentException.ThrowIfNullOrEmpty(kind);
        return FindAsync(catalog => catalog.Find(apiVersion, kind), $"{kind} of {apiVersion}", cancellationToken);
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
        return string.IsNullOrEmpty(reference.ApiVersion) ? ResolveAsync(kind, cancellationToken) : FindAsync(catalog => catalog.FindInGroup(group, kind), group.Length == 0 ? kind : $"{kind}.{group}", cancellationToken);
    }

    /// <summary>Finds a resource as it is served now, in the first version that can be listed.</summary>
    /// <inheritdoc cref="ResolveAsync(string, CancellationToken)" path="/exception"/>
    internal ValueTask<ApiResource> ResolveListedAsync(ApiResource known, ApiCatalog knownFrom, CancellationToken cancellationToken) =>
        FindAsync(catalog => catalog.Resources.FirstOrDefault(it => it.Resource == known.Resource && it.Group == known.Group && it.Verbs.Contains("list")), known.ToString(), cancellationToken, knownFrom: knownFrom);

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
        return (await GetCatalogAsync(cancellationToken).ConfigureAwait(false)).Resources;
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

        return await AtResourceAsync(() => ResolveAsync(parts[0], cancellationToken), resource => GetObjectAsync(resource, ns, parts[1], cancellationToken)).ConfigureAwait(false);
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
        return await AtResourceAsync(() => ResolveAsync(reference, cancellationToken), resource => GetObjectAsync(resource, reference.Namespace, reference.Name, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Asks at the path of a resource, and once more where that leads nowhere and another one is served now.</summary>
    internal async Task<T> AtResourceAsync<T>(Func<ValueTask<ApiResource>> find, Func<ApiResource, Task<T>> ask)
    {
        var seen = _latest;
        var resource = await find().ConfigureAwait(false);
        var path = resource.Path(null);
        try
        {
            return await ask(resource).ConfigureAwait(false);
        }
        catch (KubernetesApiException error) when (IsAboutResource(error) && !IsMissing(path))
        {
            Forget(seen);
            resource = await find().ConfigureAwait(false);
            if (resource.Path(null) == path)
            {
                Miss(path);
                throw;
            }
        }

        return await ask(resource).ConfigureAwait(false);
    }

    // And not about an object: the custom resource was removed, or serves another version than it did.
    private static bool IsAboutResource(KubernetesApiException error) => error.Status is { Code: 404, Kind: null };

    private void Forget(Reading? seen)
    {
        if (_latest == seen)
            _latest = null;
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
            Namespace = resource.IsNamespaced ? ns ?? _connection.Configuration.Namespace : null,
            Name = name,
        };
        if (!ApiPath.IsName(name) || (reference.Namespace is { Length: > 0 } own && !ApiPath.IsName(own)))
            throw Impossible(resource, reference);
        try
        {
            var request = new ApiRequest(HttpMethod.Get, resource.Path(reference.Namespace, name), Accept: MetadataLister.OfOneObject);
            var metadata = await _connection.AskAsync(request, static answer => ObjectHeader.Of(DiscoveryJson.RequireObject(answer)), cancellationToken).ConfigureAwait(false);
            var found = reference with { Uid = metadata.Uid, ResourceVersion = metadata.ResourceVersion };
            return new ResolvedObject(found.WithMirror(metadata.Mirror)) { Owners = metadata.Owners };
        }
        catch (KubernetesApiException denied) when (denied.Status.Code == 403)
        {
            return new ResolvedObject(reference, denied);
        }
        catch (KubernetesApiException missing) when (missing.Status.Code == 404 && reference.Namespace is { } searched)
        {
            throw new KubernetesApiException(missing.Status, $"{missing.Message.TrimEnd('.')} in namespace '{SafeText.Quote(searched)}' ({_connection.Configuration}).", missing);
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
        await foreach (var item in new MetadataLister(_connection).ListAsync(resource, ns, cancellationToken).ConfigureAwait(false))
        {
            if (item.Name is { } name)
                names.Add(name);
            // Before the next page is asked for.
            if (names.Count == most)
                break;
        }

        return names;
    }

    /// <summary>As <see cref="GetResourcesAsync"/>, with what did not answer.</summary>
    internal async ValueTask<ApiCatalog> GetCatalogAsync(CancellationToken cancellationToken)
    {
        var latest = _latest;
        return latest is not null && IsYounger(latest.At, latest.Catalog.Failed.Count == 0 ? MaxAge : AskAgain)
            ? latest.Catalog
            : await ReadAsync(latest, cancellationToken).ConfigureAwait(false);
    }

    private ApiResource? Find(ApiCatalog catalog, ResourceName name)
    {
        var found = catalog.Find(name);
        if (found is not null && catalog.AlsoShort(name, found).ToArray() is { Length: > 0 } others)
            _connection.WarnOnce(SafeText.OneLine($"The short name '{name.Text}' stands for {found}, but {string.Join(", ", others.AsEnumerable())} has it too: write the name in full if that is meant.", 512));
        return found;
    }

    private async ValueTask<ApiResource> FindAsync(Func<ApiCatalog, ApiResource?> find, string what, CancellationToken cancellationToken, bool looksAgain = false, ApiCatalog? knownFrom = null)
    {
        var latest = _latest;
        if (latest is not null && IsYounger(latest.At, MaxAge))
        {
            if (find(latest.Catalog) is { } known)
                return known;
            if ((!looksAgain && IsMissing(what)) || (knownFrom is not null && latest.Catalog != knownFrom))
                throw NotFound(what, latest.Catalog);
        }

        var catalog = await ReadAsync(latest, cancellationToken).ConfigureAwait(false);
        if (find(catalog) is { } found)
            return found;
        var missing = NotFound(what, catalog);
        // Behind the 404 that leads here from an older reading, that was asked already.
        if (knownFrom is null && await _connection.IsStartingAsync(cancellationToken).ConfigureAwait(false))
            throw new KubernetesApiException(StartingServer.Explain(new KubernetesStatus { Code = 404, Message = missing.Message }));
        Miss(what);
        throw missing;
    }

    private bool IsMissing(string what) => _missing.TryGetValue(what, out var at) && IsYounger((long)at, AskAgain);

    private void Miss(string what)
    {
        if (_missing.Count >= MostMissing)
            _missing.Clear();
        _missing[what] = _connection.TimeProvider.GetTimestamp();
    }

    private bool IsYounger(long at, TimeSpan age) => _connection.TimeProvider.GetElapsedTime(at) < age;

    // Whoever waits for a reading that began after the one it has seen takes that one.
    private async Task<ApiCatalog> ReadAsync(Reading? seen, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_latest is { } latest && latest != seen)
                return latest.Catalog;
            var catalog = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            _latest = new Reading(catalog, _connection.TimeProvider.GetTimestamp());
            return catalog;
        }
        finally
        {
            _reading.Release();
        }
    }

    private ResourceNotFoundException NotFound(string what, ApiCatalog catalog)
    {
        var similar = string.Join(", ", catalog.Similar(new ResourceName(what).Readings[0].Name));
        var hint = similar.Length == 0 ? "" : $" Is it {SafeText.OneLine(similar, 512)}?";
        var failed = catalog.Failed.Count == 0
            ? ""
            : $" These groups did not answer: {SafeText.OneLine(string.Join(", ", catalog.Failed), 512)}.";
        return new ResourceNotFoundException($"The server has no resource '{SafeText.OneLine(what, 256)}' ({_connection.Configuration}).{hint}{failed}") { Unanswered = catalog.Failed };
    }

    private sealed record Reading(ApiCatalog Catalog, long At);
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
