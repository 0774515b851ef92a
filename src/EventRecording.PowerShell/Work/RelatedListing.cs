using System.Runtime.CompilerServices;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Lists the events of objects and of all that has to do with them, and their conditions; what stands behind <c>Get-KubeEvent -IncludeRelated</c>.</summary>
internal sealed class RelatedListing(IReadOnlyList<ClusterSession> sessions, MessagePump output)
{
    private readonly ClusterFan _clusters = new(sessions, output);

    /// <param name="filter">The objects, and which of their events.</param>
    /// <param name="related">All that has to do with the objects; without it, the objects alone.</param>
    /// <param name="conditions">Transitions of status conditions, too.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">Nothing says which object it is about.</exception>
    public async Task RunAsync(EventFilter filter, bool related, bool conditions, CancellationToken cancellationToken)
    {
        if (filter.For.Count == 0)
            throw new ArgumentException("-IncludeRelated and -IncludeConditions need the object that they are about: give it with -For or in the pipeline.");
        if (filter.SpansNamespaces)
            throw new ArgumentException("-IncludeRelated and -IncludeConditions look around an object in one namespace: what has to do with it is found wherever it is.");
        var events = new List<RelatedEventMessage>();
        await foreach (var some in _clusters.ReadAsync((session, token) => ReadAsync(session, filter, related, conditions, token), cancellationToken).ConfigureAwait(false))
            events.AddRange(some);
        foreach (var message in events.OrderBy(it => it.Event, EventOrder.ByLastSeen).Take(filter.First ?? int.MaxValue))
            await output.WriteAsync(message with { Span = filter.SpanOf(sessions) }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The events of one of the clusters, in no order.</summary>
    public async Task<IReadOnlyList<RelatedEventMessage>> ListAsync(ClusterSession session, EventFilter filter, bool related, bool conditions, CancellationToken cancellationToken)
    {
        var told = _clusters.OutputOf(session);
        var query = await new FilterQueries(filter, session, told).ResolveAsync(cancellationToken).ConfigureAwait(false);
        var found = related
            ? await session.Related.FindAsync(query.Objects, conditions, cancellationToken).ConfigureAwait(false)
            : await session.Related.FindConditionsAsync(query.Objects, cancellationToken).ConfigureAwait(false);
        await SayAsync(told, found, cancellationToken).ConfigureAwait(false);

        var relations = found.Objects.ToLookup(it => Key(it.Reference), it => it.Relation);
        var events = new List<KubeEvent>();
        var parts = Queries(query, found).ToLookup(part => part.Objects.Any(it => relations[Key(it)].Contains(ObjectRelation.Self)));
        foreach (var asked in new[] { true, false })
        {
            foreach (var part in parts[asked])
                events.AddRange(await ReadAsync(session, part, asked, isOnly: asked && parts[true].Count() == 1, cancellationToken).ConfigureAwait(false));
        }

        // A selector is the server's business; what it would say of a row that the server does not have, nobody knows.
        if (query is { FieldSelector: null, LabelSelector: null })
            events.AddRange(EventArchiveReader.Select(found.Conditions.Select(it => it with { Context = session.Context }), query with { Objects = [], Namespaces = [], First = null }));
        return [.. events.Select(it => new RelatedEventMessage(it, relations[Key(it.InvolvedObject)].FirstOrDefault(ObjectRelation.Self)))];
    }

    private async IAsyncEnumerable<IReadOnlyList<RelatedEventMessage>> ReadAsync(
        ClusterSession session, EventFilter filter, bool related, bool conditions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await ListAsync(session, filter, related, conditions, cancellationToken).ConfigureAwait(false);
    }

    // The role may read events of the object's namespace alone: those of nodes and volumes are asked for by themselves, by their kind.
    private static IEnumerable<EventQuery> Queries(EventQuery query, RelatedObjectsResult found)
    {
        foreach (var place in found.Objects.Select(it => it.Reference).GroupBy(it => it.Namespace ?? ""))
        {
            if (place.Key.Length > 0)
            {
                yield return query with { Objects = [.. place], Namespaces = [place.Key], First = null };
                continue;
            }

            foreach (var kind in place.GroupBy(it => it.Kind))
            {
                // A single one goes into the selector by itself.
                var selector = kind.Count() == 1 ? query.FieldSelector : Join(query.FieldSelector, $"involvedObject.kind={kind.Key}");
                yield return query with { Objects = [.. kind], Namespaces = [], First = null, FieldSelector = selector };
            }
        }
    }

    private static string Join(string? given, string own) => string.IsNullOrEmpty(given) ? own : $"{given},{own}";

    // Of what was asked for, only the last place that may not be read ends it.
    private async Task<IReadOnlyList<KubeEvent>> ReadAsync(ClusterSession session, EventQuery query, bool isAsked, bool isOnly, CancellationToken cancellationToken)
    {
        var told = _clusters.OutputOf(session);
        await told.WriteAsync(new VerboseMessage(query.ToString()), cancellationToken).ConfigureAwait(false);
        try
        {
            var reader = new EventReader(session.Source) { Refused = isAsked ? RefusedPlaces.ToldTo(told) : _ => { } };
            return await reader.ListSortedAsync(query, null, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesApiException denied) when (denied.Status.Code == 403 && !isOnly)
        {
            var what = $"Events of {string.Join(", ", query.Objects)} could not be read: {denied.Message}";
            await told.WriteAsync(isAsked ? new ErrorMessage(ErrorMapper.Map(denied, query.Objects[0].Namespace)! with { Message = what }) : new VerboseMessage(what), cancellationToken).ConfigureAwait(false);
            return [];
        }
    }

    private static async Task SayAsync(MessagePump told, RelatedObjectsResult found, CancellationToken cancellationToken)
    {
        var counts = found.Objects.GroupBy(it => it.Relation).Select(it => $"{it.Count()} {it.Key}");
        await told.WriteAsync(new VerboseMessage($"Found: {string.Join(", ", counts)}."), cancellationToken).ConfigureAwait(false);
        foreach (var line in found.Unread)
            await told.WriteAsync(new VerboseMessage(line), cancellationToken).ConfigureAwait(false);
    }

    private static string Key(ObjectReference it) => $"{it.Kind}/{it.Namespace}/{it.Name}";
}
