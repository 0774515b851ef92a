using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Which events <c>Get-KubeEvent</c> and <c>Watch-KubeEvent</c> are asked for.</summary>
internal sealed record EventFilter
{
    /// <summary>The objects that the events are about; empty for any.</summary>
    public IReadOnlyList<ObjectTarget> For { get; init; } = [];

    /// <summary>The events of everything that the objects own, too.</summary>
    public bool IncludeOwned { get; init; }

    /// <summary>Namespaces, with wildcards; empty for where the objects are, else that of the context.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public bool AllNamespaces { get; init; }

    public IReadOnlyList<string> Types { get; init; } = [];

    public IReadOnlyList<string> Reasons { get; init; } = [];

    public IReadOnlyList<string> Sources { get; init; } = [];

    public EventExclusion Exclude { get; init; } = new();

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? FieldSelector { get; init; }

    public string? LabelSelector { get; init; }

    public int? First { get; init; }

    /// <summary>Whether events of several namespaces can come, so that each should show its own.</summary>
    public bool SpansNamespaces => IsEverywhere || Namespaces.Count > 1 || Namespaces.Any(it => it.AsSpan().IndexOfAny("*?[`") >= 0);

    // Whoever names what is not wanted wants all else.
    private bool IsEverywhere => AllNamespaces || (Exclude.Namespaces.Count > 0 && Namespaces.Count == 0 && For.Count == 0);

    /// <summary>What the events of these sessions can differ in.</summary>
    public EventSpan SpanOf(IReadOnlyCollection<ClusterSession> sessions) =>
        (sessions.Count > 1 ? EventSpan.Contexts : EventSpan.None)
        | (SpansNamespaces || (Namespaces.Count == 0 && sessions.Select(session => session.Namespace).Distinct().Count() > 1) ? EventSpan.Namespaces : EventSpan.None);

    /// <summary>The query, with the objects looked up.</summary>
    public async Task<EventQuery> ResolveAsync(ClusterSession session, MessagePump output, CancellationToken cancellationToken)
    {
        var targets = await FindAsync(session, output, cancellationToken).ConfigureAwait(false);
        var objects = targets.ConvertAll(target => target.Reference);
        if (IncludeOwned)
            objects.AddRange(await new OwnedTargets(session.Owned, output).FindAsync([.. objects], cancellationToken).ConfigureAwait(false));
        return await QueryAsync(objects, !IncludeOwned && SayWhere(targets), session, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The query for what happens while it is watched, with the objects looked up, but not what they own.</summary>
    public async Task<FollowedQuery> ResolveToFollowAsync(ClusterSession session, MessagePump output, CancellationToken cancellationToken)
    {
        var targets = await FindAsync(session, output, cancellationToken).ConfigureAwait(false);
        var query = await QueryAsync(targets.ConvertAll(it => it.Reference), SayWhere(targets), session, cancellationToken).ConfigureAwait(false);
        return new FollowedQuery(query, [.. targets.Where(it => it.IsNamed && !string.IsNullOrEmpty(it.Reference.Uid)).Select(it => it.Reference)]);
    }

    private async Task<EventQuery> QueryAsync(List<ObjectReference> objects, bool sayWhere, ClusterSession session, CancellationToken cancellationToken) => new()
    {
        Namespaces = NamespacesOf(objects, sayWhere, session),
        Objects = objects,
        Types = Types,
        Reasons = Reasons,
        Sources = Sources,
        Exclude = Exclude with { Objects = await KindsOfAsync(Exclude.Objects, session, cancellationToken).ConfigureAwait(false) },
        Since = Since,
        Until = Until,
        FieldSelector = FieldSelector,
        LabelSelector = LabelSelector,
        First = First,
    };

    // One object that cannot be found does not hide the others; where none can be, nothing is read.
    private async Task<List<ReadTarget>> FindAsync(ClusterSession session, MessagePump output, CancellationToken cancellationToken)
    {
        var (found, errors) = (new List<ReadTarget>(For.Count), new List<CmdletError>());
        foreach (var target in For)
        {
            try
            {
                var it = await session.Targets.ResolveAsync(target, OnlyNamespace(session), cancellationToken).ConfigureAwait(false);
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
    private static async Task<IReadOnlyList<string>> KindsOfAsync(IReadOnlyList<string> objects, ClusterSession session, CancellationToken cancellationToken)
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
    private string? OnlyNamespace(ClusterSession session) => SpansNamespaces ? null : Namespaces is [var only] ? only : session.Namespace;

    // Of a cluster-scoped object events are found whichever namespace is given, with it or in the defaults of the session.
    private bool SayWhere(List<ReadTarget> targets) =>
        targets.Exists(it => it.IsClusterScoped) && targets.TrueForAll(it => it.IsClusterScoped || Namespaces.Contains(it.Reference.Namespace ?? ""));

    private IReadOnlyList<string> NamespacesOf(List<ObjectReference> objects, bool sayWhere, ClusterSession session)
    {
        if (IsEverywhere)
            return [];
        if (Namespaces.Count > 0 && !sayWhere)
            return Namespaces;
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
