using System.Globalization;

namespace EventRecording;

/// <summary>A query, split into what the server filters and what is filtered here.</summary>
internal sealed class EventSelection
{
    // With all that a busy object owns, the line for a verbose message would have no end.
    private const int MostShown = 10;

    private readonly List<LocalCondition> _conditions = [];
    private readonly FieldSelector _server = new();
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
        selection.SplitNamespaces();
        selection.SplitObjects();
        selection.SplitTheRest("metadata.namespace");
        selection._server.AddRaw(query.FieldSelector);
        selection.FieldSelector = selection._server.Build();
        return selection;
    }

    /// <summary>The same through events.k8s.io/v1, in its words.</summary>
    public EventSelection ThroughEventsV1() => Of(Query with { ApiVersion = EventApiVersion.EventsV1 }, _keepsChanging);

    /// <summary>Filters everything here, for events that come from no server.</summary>
    /// <exception cref="ArgumentException">The query has a selector.</exception>
    public static EventSelection Local(EventQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query is not { FieldSelector: null, LabelSelector: null })
            throw new ArgumentException("Selectors are for a server; name the conditions themselves.", nameof(query));
        var selection = new EventSelection(query, keepChanging: true);
        selection.SplitText("namespace", null, query.Namespaces, e => e.Namespace);
        if (query.Objects.Count > 0)
            selection.AddObjectCondition();
        selection.SplitTheRest(namespaceField: null);
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

    private void SplitTheRest(string? namespaceField)
    {
        var type = _keepsChanging ? null : "type";
        var reason = _keepsChanging ? null : "reason";
        // Through events.k8s.io the server knows only the reporting controller, which is not the effective source of an older writer.
        var source = _keepsChanging || Query.ApiVersion != EventApiVersion.CoreV1 ? null : "source";
        SplitText("type", type, Query.Types.Select(CanonicalType), e => e.Type);
        SplitText("reason", reason, Query.Reasons, e => e.Reason);
        SplitText("source", source, Query.Sources, e => e.Source);
        LeaveOut("namespace", namespaceField, Query.Exclude.Namespaces, e => e.Namespace);
        LeaveOut("reason", reason, Query.Exclude.Reasons, e => e.Reason);
        LeaveOut("source", source, Query.Exclude.Sources, e => e.Source);
        LeaveOutObjects();
        SplitTimes();
    }

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

    private void SplitObjects()
    {
        if (Query.Objects.Count > 0 && Query.Objects.All(it => HasSameTerms(it, Query.Objects[0])))
            AddObjectTerms(Query.Objects[0]);
        if (Query.Objects.Count > 1 || (Query.Objects.Count == 1 && NeedsIdentity(Query.Objects[0])))
            AddObjectCondition();
    }

    private void AddObjectCondition() =>
        _conditions.Add(new LocalCondition($"object {Show(Query.Objects)}", new ObjectIndex(Query.Objects).HasObjectOf));

    private static string Show(IReadOnlyList<ObjectReference> objects)
    {
        var names = objects.Select(it => it.ToString()).Distinct().ToList();
        return names.Count <= MostShown ? string.Join(" or ", names) : $"{string.Join(" or ", names.Take(MostShown))} or {names.Count - MostShown} more";
    }

    private static bool NeedsIdentity(ObjectReference it) =>
        !string.IsNullOrEmpty(it.ApiVersion) || (!string.IsNullOrEmpty(it.Uid) && !string.IsNullOrEmpty(it.Name));

    private static bool HasSameTerms(ObjectReference it, ObjectReference other) =>
        it.Kind == other.Kind && it.Namespace == other.Namespace && it.Name == other.Name && it.FieldPath == other.FieldPath
        && (it.Uid == other.Uid || !string.IsNullOrEmpty(it.Name));

    private void AddObjectTerms(ObjectReference it)
    {
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
                _server.AddEqual(ObjectField + field, value);
        }
    }

    private string ObjectField => Query.ApiVersion == EventApiVersion.CoreV1 ? "involvedObject." : "regarding.";

    // The server has no "neither this kind nor that name": what is all of a kind, or all of a name, it can leave out.
    private void LeaveOutObjects()
    {
        var patterns = Query.Exclude.Objects.Select(ObjectPattern.Parse).ToList();
        foreach (var pattern in patterns)
        {
            if (pattern.Kind.Literal is { } kind && pattern.Name.ToString() == "*")
                _server.AddNotEqual(ObjectField + "kind", kind);
            else if (pattern.Name.Literal is { } name && pattern.Kind.ToString() == "*")
                _server.AddNotEqual(ObjectField + "name", name);
        }

        // Here, too: the server knows no plural, no short name, and no other case.
        if (patterns.Count > 0)
            _conditions.Add(new LocalCondition($"not object {string.Join(" or ", patterns)}", e => !patterns.Exists(it => it.Means(e.InvolvedObject))));
    }

    private void LeaveOut(string name, string? field, IReadOnlyList<string> values, Func<KubeEvent, string?> read)
    {
        var here = new List<TextPattern>();
        foreach (var pattern in values.Select(TextPattern.Parse))
        {
            if (field is not null && pattern.Literal is { } literal)
                _server.AddNotEqual(field, literal);
            else
                here.Add(pattern);
        }

        if (here.Count > 0)
            _conditions.Add(new LocalCondition($"not {name} {string.Join(" or ", here)}", e => !here.Exists(it => it.IsMatch(read(e)))));
    }

    private void SplitText(string name, string? field, IEnumerable<string> values, Func<KubeEvent, string?> read)
    {
        var patterns = values.Select(TextPattern.Parse).ToList();
        if (field is not null && patterns is [{ Literal: { } literal }])
            _server.AddEqual(field, literal);
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
