using System.Globalization;

namespace EventRecording;

/// <summary>A query, split into what the server filters and what is filtered here.</summary>
internal sealed class EventSelection
{
    // With all that a busy object owns, the line for a verbose message would have no end.
    private const int MostShown = 10;

    private readonly List<LocalCondition> _conditions = [];
    private readonly bool _keepsChanging;

    private EventSelection(EventQuery query, bool keepChanging) => (Query, _keepsChanging) = (query, keepChanging);

    public EventQuery Query { get; }

    /// <summary>One request for each; <see langword="null"/> stands for all namespaces.</summary>
    public IReadOnlyList<string?> Namespaces { get; private set; } = [null];

    public string? FieldSelector { get; private set; }

    /// <summary>Whether the server's answer needs no more filtering.</summary>
    public bool IsServerSide => _conditions.Count == 0;

    /// <param name="query">What is wanted.</param>
    /// <param name="keepChanging">
    /// Filters here what an update can change.
    /// Only then is a deletion told from an event that stops matching: the server says DELETED to both.
    /// </param>
    public static EventSelection Of(EventQuery query, bool keepChanging = false)
    {
        var selection = new EventSelection(query, keepChanging);
        var server = new FieldSelector();
        selection.SplitNamespaces();
        selection.SplitObjects(server);
        selection.SplitText("type", keepChanging ? null : "type", query.Types.Select(CanonicalType), e => e.Type, server);
        selection.SplitText("reason", keepChanging ? null : "reason", query.Reasons, e => e.Reason, server);

        // Through events.k8s.io the server knows only the reporting controller, which is not the effective source of an older writer.
        var source = keepChanging || query.ApiVersion != EventApiVersion.CoreV1 ? null : "source";
        selection.SplitText("source", source, query.Sources, e => e.Source, server);
        selection.SplitTimes();
        server.AddRaw(query.FieldSelector);
        selection.FieldSelector = server.Build();
        return selection;
    }

    /// <summary>Only cluster-scoped objects are asked for, in whatever namespace their events are.</summary>
    public bool IsOfClusterScope => Query is { Namespaces.Count: 0, Objects.Count: > 0 } && Query.Objects.All(it => string.IsNullOrEmpty(it.Namespace));

    /// <summary>The same through events.k8s.io/v1, in its words.</summary>
    public EventSelection ThroughEventsV1() => Of(Query with { ApiVersion = EventApiVersion.EventsV1 }, _keepsChanging);

    /// <summary>Filters everything here, for events that come from no server.</summary>
    public static EventSelection Local(EventQuery query)
    {
        var selection = new EventSelection(query, keepChanging: false);
        selection.SplitText("namespace", query.Namespaces, e => e.Namespace);
        if (query.Objects.Count > 0)
            selection.AddObjectCondition();
        selection.SplitText("type", query.Types.Select(CanonicalType), e => e.Type);
        selection.SplitText("reason", query.Reasons, e => e.Reason);
        selection.SplitText("source", query.Sources, e => e.Source);
        selection.SplitTimes();
        return selection;
    }

    public bool Matches(KubeEvent candidate)
    {
        foreach (var condition in _conditions)
        {
            if (!condition.Holds(candidate))
                return false;
        }

        return true;
    }

    public EventListRequest ListRequest(string? inNamespace, int limit) => new()
    {
        Namespace = inNamespace,
        ApiVersion = Query.ApiVersion,
        FieldSelector = FieldSelector,
        LabelSelector = Query.LabelSelector,
        Limit = limit,
    };

    public EventWatchRequest WatchRequest(string? inNamespace, string resourceVersion) => new()
    {
        Namespace = inNamespace,
        ApiVersion = Query.ApiVersion,
        FieldSelector = FieldSelector,
        LabelSelector = Query.LabelSelector,
        ResourceVersion = resourceVersion,
    };

    public override string ToString()
    {
        var namespaces = string.Join(", ", Namespaces.Select(it => it ?? "all"));
        var here = _conditions.Count == 0 ? "nothing" : string.Join(" and ", _conditions.Select(it => it.Description));
        return $"Events of {Query.ApiVersion}, namespaces: {namespaces}; field selector: {FieldSelector ?? "none"}; "
            + $"label selector: {Query.LabelSelector ?? "none"}; filtered here: {here}";
    }

    private static string CanonicalType(string type) =>
        string.Equals(type, EventType.Warning, StringComparison.OrdinalIgnoreCase) ? EventType.Warning
        : string.Equals(type, EventType.Normal, StringComparison.OrdinalIgnoreCase) ? EventType.Normal
        : type;

    private void SplitNamespaces()
    {
        var patterns = Query.Namespaces.Select(TextPattern.Parse).ToList();
        if (patterns.Count == 0)
            Namespaces = NamespacesOfObjects();
        else if (patterns.TrueForAll(pattern => pattern.Literal is not null))
            Namespaces = [.. patterns.Select(pattern => pattern.Literal).Distinct()];
        else if (!patterns.Exists(pattern => pattern.ToString() == "*"))
            AddTextCondition("namespace", patterns, e => e.Namespace);
    }

    // The API lets an event about a namespaced object stand in the object's namespace only.
    private List<string?> NamespacesOfObjects() =>
        Query.Objects.Count > 0 && Query.Objects.All(it => !string.IsNullOrEmpty(it.Namespace))
            ? [.. Query.Objects.Select(it => it.Namespace).Distinct()]
            : [null];

    private void SplitObjects(FieldSelector server)
    {
        if (Query.Objects.Count == 1)
            AddObjectTerms(Query.Objects[0], server);
        if (Query.Objects.Count > 1 || (Query.Objects.Count == 1 && NeedsIdentity(Query.Objects[0])))
            AddObjectCondition();
    }

    private void AddObjectCondition() =>
        _conditions.Add(new LocalCondition($"object {Show(Query.Objects)}", new ObjectIndex(Query.Objects).HasObjectOf));

    private static string Show(IReadOnlyList<ObjectReference> objects) => objects.Count <= MostShown
        ? string.Join(" or ", objects)
        : $"{string.Join(" or ", objects.Take(MostShown))} or {objects.Count - MostShown} more";

    private static bool NeedsIdentity(ObjectReference it) =>
        !string.IsNullOrEmpty(it.ApiVersion) || (!string.IsNullOrEmpty(it.Uid) && !string.IsNullOrEmpty(it.Name));

    private void AddObjectTerms(ObjectReference it, FieldSelector server)
    {
        var prefix = Query.ApiVersion == EventApiVersion.CoreV1 ? "involvedObject." : "regarding.";
        AddTerm("kind", it.Kind);
        AddTerm("namespace", it.Namespace);
        AddTerm("name", it.Name);
        AddTerm("fieldPath", it.FieldPath);

        // With a name the uid is compared here: events without a uid would be lost.
        if (string.IsNullOrEmpty(it.Name))
            AddTerm("uid", it.Uid);

        void AddTerm(string field, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                server.AddEqual(prefix + field, value);
        }
    }

    private void SplitText(string name, IEnumerable<string> values, Func<KubeEvent, string?> read) =>
        SplitText(name, null, values, read, new FieldSelector());

    private void SplitText(string name, string? field, IEnumerable<string> values, Func<KubeEvent, string?> read, FieldSelector server)
    {
        var patterns = values.Select(TextPattern.Parse).ToList();
        if (field is not null && patterns is [{ Literal: { } literal }])
            server.AddEqual(field, literal);
        else if (patterns.Count > 0)
            AddTextCondition(name, patterns, read);
    }

    private void AddTextCondition(string name, List<TextPattern> patterns, Func<KubeEvent, string?> read) =>
        _conditions.Add(new LocalCondition($"{name} {string.Join(" or ", patterns)}", e => patterns.Exists(it => it.IsMatch(read(e)))));

    private void SplitTimes()
    {
        if (Query.Since is { } since)
            _conditions.Add(new LocalCondition($"since {Show(since)}", e => (e.LastSeen ?? e.CreationTimestamp) >= since));
        if (Query.Until is { } until)
            _conditions.Add(new LocalCondition($"until {Show(until)}", e => (e.FirstSeen ?? e.CreationTimestamp) <= until));
    }

    private static string Show(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    private sealed record LocalCondition(string Description, Func<KubeEvent, bool> Holds);
}
