using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>What TAB can offer of a cluster: one small request each, and nothing of all resources at once.</summary>
internal sealed class ClusterCompletion(ClusterSessions sessions, TimeProvider time)
{
    // One page is enough to choose from.
    private const int MostNames = 500;

    private readonly CompletionCache _cache = new(time);

    // No connection is made for them: the first one of _cache has its time still before it.
    private readonly CompletionCache _contexts = new(time);

    public IReadOnlyList<Candidate> Contexts(ClusterSelection selection) => _contexts.Get($"{selection}", () => $"{sessions.Stamp(selection)}", _ =>
        Task.FromResult<IReadOnlyList<Candidate>>([.. sessions.Contexts(selection).Select(name => new Candidate(name))]));

    public IReadOnlyList<Candidate> Namespaces(ClusterSelection selection) => Ask(selection, "namespaces", async (session, cancellationToken) =>
        await NamesAsync(session, await session.Mapper.ResolveAsync("namespaces", cancellationToken).ConfigureAwait(false), null, cancellationToken).ConfigureAwait(false));

    /// <summary>Kinds and short names, each with a slash; behind the slash the objects.</summary>
    /// <param name="selection">The cluster.</param>
    /// <param name="ns">Namespace of the objects; <see langword="null"/> for that of the context.</param>
    /// <param name="word">What was typed.</param>
    public IReadOnlyList<Candidate> Objects(ClusterSelection selection, string? ns, string word) =>
        word.Split('/', 2) is [var resource, _]
            ? Ask(selection, $"objects {ns} {resource}", (session, cancellationToken) => ObjectsAsync(session, resource, ns, cancellationToken))
            : Resources(selection);

    public IReadOnlyList<Candidate> Reasons(ClusterSelection selection, string? ns) => Seen(selection, ns, "reasons", kubeEvent => kubeEvent.Reason);

    public IReadOnlyList<Candidate> Sources(ClusterSelection selection, string? ns) => Seen(selection, ns, "sources", kubeEvent => kubeEvent.Source);

    public IReadOnlyList<Candidate> Types(ClusterSelection selection, string? ns) =>
        [.. new[] { EventType.Normal, EventType.Warning }.Select(type => new Candidate(type)).UnionBy(Seen(selection, ns, "types", kubeEvent => kubeEvent.Type), type => type.Text)];

    private IReadOnlyList<Candidate> Resources(ClusterSelection selection) => Ask(selection, "resources", async (session, cancellationToken) =>
    {
        var candidates = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        // In the order in which names are resolved: the first of a name is the one that it means, and of a resource the first version.
        var resources = await session.Mapper.GetResourcesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var resource in resources.Where(resource => resource.Verbs.Contains("list")).DistinctBy(resource => (resource.Group, resource.Resource)))
        {
            foreach (var name in resource.ShortNames.Prepend(candidates.ContainsKey(resource.Singular + "/") ? $"{resource.Singular}.{resource.Group}" : resource.Singular))
                candidates.TryAdd(name + "/", new Candidate(name + "/", Tip(resource)));
        }

        return [.. candidates.Values.OrderBy(candidate => candidate.Text, StringComparer.Ordinal)];
    });

    private IReadOnlyList<Candidate> Seen(ClusterSelection selection, string? ns, string what, Func<KubeEvent, string?> select) =>
        Ask(selection, $"{what} {ns}", async (session, cancellationToken) =>
        {
            var page = await session.Source.ListAsync(new EventListRequest { Namespace = ns ?? session.Namespace, Limit = MostNames }, cancellationToken).ConfigureAwait(false);
            return [.. page.Items.Select(select).OfType<string>().Where(text => text.Length > 0).Distinct().Order(StringComparer.Ordinal).Select(text => new Candidate(text))];
        });

    private static async Task<IReadOnlyList<Candidate>> ObjectsAsync(ClusterSession session, string name, string? ns, CancellationToken cancellationToken)
    {
        var resource = await session.Mapper.ResolveAsync(name, cancellationToken).ConfigureAwait(false);
        var names = await NamesAsync(session, resource, ns ?? session.Namespace, cancellationToken).ConfigureAwait(false);
        return [.. names.Select(candidate => new Candidate($"{name}/{candidate.Text}", $"{resource.Kind} {candidate.Text}"))];
    }

    private static async Task<IReadOnlyList<Candidate>> NamesAsync(ClusterSession session, ApiResource resource, string? ns, CancellationToken cancellationToken)
    {
        var names = await session.Mapper.GetNamesAsync(resource, ns, MostNames, cancellationToken).ConfigureAwait(false);
        return [.. names.Order(StringComparer.Ordinal).Select(name => new Candidate(name))];
    }

    private static string Tip(ApiResource resource) => $"{resource.Kind} ({resource.ApiVersion})";

    // A kubeconfig that changed is another cluster.
    private IReadOnlyList<Candidate> Ask(ClusterSelection selection, string what, Func<ClusterSession, CancellationToken, Task<IReadOnlyList<Candidate>>> ask) =>
        _cache.Get($"{selection}\n{what}", () => $"{sessions.Stamp(selection)}", async cancellationToken =>
        {
            using var lease = sessions.Lease(selection);
            return lease.Value.Link.MayServeCompletion ? await ask(lease.Value, cancellationToken).ConfigureAwait(false) : [];
        });
}
