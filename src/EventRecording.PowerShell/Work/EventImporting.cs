namespace EventRecording.PowerShell;

/// <summary>What <c>Import-KubeEvent</c> is asked for.</summary>
internal sealed record EventImport
{
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Events that are there already; they come before those of the files.</summary>
    public IReadOnlyList<KubeEvent> Objects { get; init; } = [];

    public IReadOnlyList<ObjectTarget> For { get; init; } = [];

    /// <summary>A point in time, or how long before <see cref="AsOf"/>.</summary>
    public object? Since { get; init; }

    /// <inheritdoc cref="Since"/>
    public object? Until { get; init; }

    /// <summary>A point in time, or <c>End</c>; <see langword="null"/> for now.</summary>
    public object? AsOf { get; init; }

    public bool AllSteps { get; init; }

    public int? First { get; init; }

    /// <summary>The other filters.</summary>
    public EventQuery Query { get; init; } = new();
}

/// <summary>Reads events from files and picks those that are asked for; what stands behind <c>Import-KubeEvent</c>.</summary>
internal sealed class EventImporting(EventImport import, TimeProvider time)
{
    /// <summary>The point in time that ages are to be shown as of; <see langword="null"/> for now.</summary>
    public DateTimeOffset? AsOf { get; private set; }

    /// <param name="reader">Reads the files.</param>
    /// <param name="pass">Told how many events were read so far; says whether to go on.</param>
    /// <exception cref="FormatException">A point in time is none.</exception>
    /// <exception cref="ObjectReferenceException">An object to look for is none.</exception>
    public IEnumerable<KubeEvent> Run(EventArchiveReader reader, Func<long, bool> pass)
    {
        var named = import.For.OfType<NamedTarget>().Select(Parse).ToList();
        var known = import.For.OfType<KnownTarget>().Select(it => it.Reference with { FieldPath = null, ResourceVersion = null }).ToList();
        if (import.For.OfType<BadTarget>().FirstOrDefault() is { } bad)
            throw bad.Error;
        var isEnd = import.AsOf is string word && word.Equals("End", StringComparison.OrdinalIgnoreCase);
        var contents = import.AllSteps && !isEnd ? null : Scan(reader, pass, isEnd);
        AsOf = isEnd ? contents!.End : At(import.AsOf, time);
        var relative = AsOf is { } asOf ? new FixedTime(asOf, time) : time;
        var query = import.Query with
        {
            Since = At(import.Since, relative),
            Until = At(import.Until, relative),
            Objects = [.. known, .. named.Select(it => new ObjectReference { Name = it.Name })],
        };
        long read = import.Objects.Count;
        var latest = import.AllSteps ? null : contents;
        var events = EventArchiveReader.Select(import.Objects, query, latest)
            .Concat(reader.Read(import.Paths, query, latest, () => pass(++read)))
            .Where(it => named.Count == 0 || named.Exists(name => name.Means(it.InvolvedObject)) || known.Exists(other => IsSame(other, it.InvolvedObject)));
        return import.First is { } first ? events.Take(first) : events;
    }

    private static bool IsSame(ObjectReference one, ObjectReference other) => one.Kind == other.Kind && one.Name == other.Name;

    private static DateTimeOffset? At(object? value, TimeProvider time) => value is null ? null : Instant.Read(value, time);

    private static Named Parse(NamedTarget target) => target.Name.Split('/') is [{ Length: > 0 } kind, { Length: > 0 } name]
        ? new Named(kind, name, target.Namespace)
        : throw new FormatException($"'{target.Name}' names no object: write kind/name.");

    private EventArchiveContents Scan(EventArchiveReader reader, Func<long, bool> pass, bool findsEnd)
    {
        long read = import.Objects.Count;
        var contents = new EventArchiveContents();
        foreach (var item in import.Objects)
            contents.Add(item);
        return reader.Scan(import.Paths, contents, () => pass(++read), findsEnd);
    }

    private sealed record Named(string Kind, string Name, string? Namespace)
    {
        public bool Means(ObjectReference found) =>
            found.Name == Name && (Namespace is null || found.Namespace == Namespace) && KindName.Names(Kind, found.Kind);
    }

    private sealed class FixedTime(DateTimeOffset now, TimeProvider zone) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => zone.LocalTimeZone;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
