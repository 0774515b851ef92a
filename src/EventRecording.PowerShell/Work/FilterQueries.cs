using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Makes of a filter the queries of one cluster: looks up the objects that it names, and tells what is not found.</summary>
internal sealed class FilterQueries(EventFilter filter, ClusterSession session, MessagePump output)
{
    /// <summary>The query, with the objects looked up.</summary>
    public async Task<EventQuery> ResolveAsync(CancellationToken cancellationToken)
    {
        var targets = await FindAsync(cancellationToken).ConfigureAwait(false);
        var objects = targets.ConvertAll(target => target.Reference);
        if (filter.IncludeOwned)
            objects.AddRange(await OwnedObjectsTold.FindAsync(session, [.. objects], output, cancellationToken).ConfigureAwait(false));
        return await QueryAsync(objects, !filter.IncludeOwned && SayWhere(targets), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The query for what happens while it is watched, with the objects looked up, but not what they own.</summary>
    public async Task<FollowedQuery> ResolveToFollowAsync(CancellationToken cancellationToken)
    {
        var targets = await FindAsync(cancellationToken).ConfigureAwait(false);
        var query = await QueryAsync(targets.ConvertAll(it => it.Reference), SayWhere(targets), cancellationToken).ConfigureAwait(false);
        return new FollowedQuery(query, [.. targets.Where(it => it.IsNamed && !string.IsNullOrEmpty(it.Reference.Uid)).Select(it => it.Reference)]);
    }

    private async Task<EventQuery> QueryAsync(List<ObjectReference> objects, bool sayWhere, CancellationToken cancellationToken) => new()
    {
        Namespaces = NamespacesOf(objects, sayWhere),
        Objects = objects,
        Types = filter.Types,
        Reasons = filter.Reasons,
        Sources = filter.Sources,
        Exclude = filter.Exclude with { Objects = await KindsOfAsync(filter.Exclude.Objects, cancellationToken).ConfigureAwait(false) },
        Since = filter.Since,
        Until = filter.Until,
        FieldSelector = filter.FieldSelector,
        LabelSelector = filter.LabelSelector,
        First = filter.First,
    };

    // One object that cannot be found does not hide the others; where none can be, nothing is read.
    private async Task<List<ReadTarget>> FindAsync(CancellationToken cancellationToken)
    {
        var (found, errors) = (new List<ReadTarget>(filter.For.Count), new List<CmdletError>());
        foreach (var target in filter.For)
        {
            try
            {
                var it = await session.Targets.ResolveAsync(target, OnlyNamespace, cancellationToken).ConfigureAwait(false);
                found.Add(it with { Reference = Whole(target, it.Reference), IsNamed = target is NamedTarget });
            }
            catch (Exception e) when (IsAboutTarget(e) && ErrorMapper.Map(e, target.Given) is { } error)
            {
                errors.Add(error);
            }
        }

        var fatal = found.Count == 0 ? errors.LastOrDefault() : null;
        foreach (var error in errors.Where(it => it != fatal))
            await output.WriteAsync(new ErrorMessage(error), cancellationToken).ConfigureAwait(false);
        return fatal is null ? found : throw new TargetException(fatal);
    }

    private static bool IsAboutTarget(Exception error) =>
        error is ResourceNotFoundException or ObjectReferenceException or FormatException or ArgumentException or KubernetesApiException { Status.Code: 400 or 403 or 404 };

    // In the words of the server, who can then leave them out itself; it knows more short names, too.
    private async Task<IReadOnlyList<string>> KindsOfAsync(IReadOnlyList<string> objects, CancellationToken cancellationToken)
    {
        var known = new List<string>(objects.Count);
        foreach (var it in objects)
        {
            var (kind, name) = (it.Split('/')[0], it.Split('/')[1]);
            try
            {
                known.Add(TextPattern.Parse(kind).Literal is { } word ? $"{(await session.Mapper.ResolveAsync(word, cancellationToken).ConfigureAwait(false)).Kind}/{name}" : it);
            }
            catch (ResourceNotFoundException)
            {
                // There may be events of it all the same.
                known.Add(it);
            }
        }

        return known;
    }

    // An event stands for the object it is about, not only for the part of it.
    private static ObjectReference Whole(ObjectTarget target, ObjectReference reference) =>
        target.Given is KubeEvent ? reference with { FieldPath = null, ResourceVersion = null } : reference;

    /// <summary>The one namespace in which a named object can be, if it is one.</summary>
    private string? OnlyNamespace => filter.SpansNamespaces ? null : filter.Namespaces is [var only] ? only : session.Namespace;

    // Of a cluster-scoped object events are found whichever namespace is given, with it or in the defaults of the session.
    private bool SayWhere(List<ReadTarget> targets) =>
        targets.Exists(it => it.IsClusterScoped) && targets.TrueForAll(it => it.IsClusterScoped || filter.Namespaces.Contains(it.Reference.Namespace ?? ""));

    private IReadOnlyList<string> NamespacesOf(List<ObjectReference> objects, bool sayWhere)
    {
        if (filter.IsEverywhere)
            return [];
        if (filter.Namespaces.Count > 0 && !sayWhere)
            return filter.Namespaces;
        if (objects.Count == 0)
            return [session.Namespace];

        // Events of cluster-scoped objects are in one of several namespaces.
        return objects.Exists(it => string.IsNullOrEmpty(it.Namespace)) ? [] : [.. objects.Select(it => it.Namespace!).Distinct()];
    }
}

/// <summary>A query that is followed: who gives a name means the object that has it, now or later.</summary>
/// <param name="Now">The query of what is there.</param>
/// <param name="Named">Those of its objects that were given by name, with the uid that they have now.</param>
internal sealed record FollowedQuery(EventQuery Now, IReadOnlyList<ObjectReference> Named)
{
    /// <summary>The query of what comes: by uid, too, since writers do not agree on the group of an object.</summary>
    public EventQuery Later => Now with { Objects = [.. Now.Objects, .. Named.Select(it => it with { Uid = null, ResourceVersion = null })] };
}
