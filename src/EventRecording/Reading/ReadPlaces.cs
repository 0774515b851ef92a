using System.Runtime.ExceptionServices;

namespace EventRecording;

/// <summary>Where events are read, and where else if the role does not allow to read them there.</summary>
/// <param name="source">Where the events are.</param>
/// <param name="selection">Which.</param>
/// <param name="refused">Is told what may not be read; <see langword="null"/> where that ends the reading.</param>
internal sealed class ReadPlaces(IEventSource source, EventSelection selection, Action<ReadRefusal>? refused)
{
    // The API lets events about cluster-scoped objects be in these two alone.
    private static readonly string[] OfClusterScope = ["default", "kube-system"];

    private int _readable = selection.Namespaces.Count;

    /// <summary>Those that the query names.</summary>
    public IReadOnlyList<ReadPlace> Asked => [.. selection.Namespaces.Select(it => new ReadPlace(selection, it))];

    /// <summary>The places to read instead of one that a role refused; none where that was told.</summary>
    /// <param name="place">The place.</param>
    /// <param name="refusal">What the server said.</param>
    /// <param name="isFirst">Nothing was read there before.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="KubernetesApiException">The refusal: nobody is to be told, or it was the last place.</exception>
    public async Task<IReadOnlyList<ReadPlace>> InsteadOfAsync(ReadPlace place, KubernetesApiException refusal, bool isFirst, CancellationToken cancellationToken)
    {
        var query = place.Selection.Query;
        if (isFirst && query.ApiVersion == EventApiVersion.CoreV1)
        {
            if (await ThroughEventsV1Async(place, cancellationToken).ConfigureAwait(false) is { } other)
                return [other];
            if (place.Namespace is null && query.Namespaces.Count > 0)
                return Named(query, refusal);
            if (place.Namespace is null && query.Objects.Count > 0)
                return await OfObjectsAsync(query.Objects, refusal, cancellationToken).ConfigureAwait(false);
        }

        Refuse(place.Namespace, refusal);
        return [];
    }

    // Wildcards need the right to read all namespaces; those that are named beside them do not.
    private List<ReadPlace> Named(EventQuery query, KubernetesApiException refusal)
    {
        var places = query.Namespaces.ToLookup(it => TextPattern.Parse(it).Literal is not null);
        var named = places[true].Select(it => new ReadPlace(selection, TextPattern.Parse(it).Literal)).Distinct().ToList();
        Interlocked.Add(ref _readable, named.Count + places[false].Count() - 1);
        foreach (var pattern in places[false])
            Refuse(pattern, refusal);
        return named;
    }

    private async Task<IReadOnlyList<ReadPlace>> OfObjectsAsync(IReadOnlyList<ObjectReference> objects, KubernetesApiException refusal, CancellationToken cancellationToken)
    {
        var places = objects.Select(it => it.Namespace).Where(it => !string.IsNullOrEmpty(it)).Distinct().Select(it => new ReadPlace(selection, it)).ToList();
        foreach (var place in OfClusterScope.Except(places.Select(it => it.Namespace)).Select(it => new ReadPlace(selection, it)).ToList())
        {
            if (await MayReadAsync(place, cancellationToken).ConfigureAwait(false))
                places.Add(place);
            else if (await ThroughEventsV1Async(place, cancellationToken).ConfigureAwait(false) is { } other)
                places.Add(other);
        }

        Interlocked.Add(ref _readable, places.Count);
        Refuse(null, refusal, [.. OfClusterScope.Where(it => places.Exists(place => place.Namespace == it))]);
        return places;
    }

    // Where something is read instead, that is no end without anybody to tell.
    private void Refuse(string? inNamespace, KubernetesApiException refusal, IReadOnlyList<string>? instead = null)
    {
        var isEnd = Interlocked.Decrement(ref _readable) == 0 || (refused is null && instead is not { Count: > 0 });
        if (isEnd)
            ExceptionDispatchInfo.Throw(refusal);
        refused?.Invoke(new ReadRefusal(inNamespace, refusal) { Instead = instead ?? [] });
    }

    private async Task<ReadPlace?> ThroughEventsV1Async(ReadPlace place, CancellationToken cancellationToken)
    {
        var other = place with { Selection = place.Selection.ThroughEventsV1() };
        return await MayReadAsync(other, cancellationToken).ConfigureAwait(false) ? other : null;
    }

    private async Task<bool> MayReadAsync(ReadPlace place, CancellationToken cancellationToken)
    {
        try
        {
            await source.ListAsync(place.Selection.ListRequest(place.Namespace, limit: 1), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesApiException no) when (no.Status.Code is 400 or 403 or 404)
        {
            // 400: a field selector in the words of core/v1.
            return false;
        }
    }
}

/// <summary>Where to read which events.</summary>
/// <param name="Selection">Which.</param>
/// <param name="Namespace">Where; <see langword="null"/> for all namespaces.</param>
internal sealed record ReadPlace(EventSelection Selection, string? Namespace);

/// <summary>The role may not read events somewhere, and the others are read all the same.</summary>
/// <param name="Namespace">The namespace, as <see cref="EventQuery.Namespaces"/> names it; <see langword="null"/> for all of them.</param>
/// <param name="Error">What the server said.</param>
public sealed record ReadRefusal(string? Namespace, KubernetesApiException Error)
{
    /// <summary>Where the events of cluster-scoped objects are looked for instead: of <c>default</c> and <c>kube-system</c> what may be read.</summary>
    /// <value>Empty where nothing is: they are not read.</value>
    public IReadOnlyList<string> Instead { get; init; } = [];
}
