using System.Runtime.CompilerServices;

namespace EventRecording;

/// <summary>Lists events.</summary>
public sealed class EventReader
{
    /// <summary>Of the first page, as of kubectl's; those that follow are larger.</summary>
    internal const int PageSize = 500;

    private readonly IEventSource _source;

    /// <summary>A reader of a source.</summary>
    public EventReader(IEventSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <summary>Told of what the role may not read where something else is read: of several namespaces one, or all of them where those of the objects are enough.</summary>
    /// <value>Default: <see langword="null"/>, then the first refusal is thrown. With it, one is thrown only where nothing may be read: the last.</value>
    public Action<ReadRefusal>? Refused { get; init; }

    /// <summary>Lists events as the server sends them, in its order, page by page; memory does not grow with their number.</summary>
    /// <param name="query">Which events.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    /// <exception cref="KubernetesApiException">The server answered with an error.</exception>
    public IAsyncEnumerable<KubeEvent> ListAsync(
        EventQuery query, IProgress<EventReadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ListItemsAsync(query, progress, cancellationToken);
    }

    /// <summary>Lists events as <see cref="ListAsync"/> does, but all that a page brings at once; a page may bring none.</summary>
    /// <param name="query">Which events.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    /// <exception cref="KubernetesApiException">The server answered with an error.</exception>
    public IAsyncEnumerable<IReadOnlyList<KubeEvent>> ListPagesAsync(
        EventQuery query, IProgress<EventReadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadAsync(query, progress, cancellationToken);
    }

    /// <summary>
    /// Lists events sorted by <see cref="KubeEvent.LastSeen"/>, the oldest first and those without a time before them, as <c>kubectl
    /// events</c> does.
    /// </summary>
    /// <remarks>With <see cref="EventQuery.First"/> no more than that many are held in memory.</remarks>
    /// <param name="query">Which events.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    /// <exception cref="KubernetesApiException">The server answered with an error.</exception>
    public async Task<IReadOnlyList<KubeEvent>> ListSortedAsync(
        EventQuery query, IProgress<EventReadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var latestOnTop = Comparer<KubeEvent>.Create((x, y) => EventOrder.ByLastSeen.Compare(y, x));
        var wanted = new PriorityQueue<KubeEvent, KubeEvent>(latestOnTop);
        await foreach (var page in ListPagesAsync(query with { First = null }, progress, cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page)
            {
                wanted.Enqueue(item, item);
                if (wanted.Count > query.First)
                    wanted.Dequeue();
            }
        }

        var sorted = wanted.UnorderedItems.Select(it => it.Element).ToArray();
        Array.Sort(sorted, EventOrder.ByLastSeen);
        return sorted;
    }

    private async IAsyncEnumerable<IReadOnlyList<KubeEvent>> ReadAsync(
        EventQuery query, IProgress<EventReadProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var places = new ReadPlaces(_source, EventSelection.Of(query), Refused);
        var waiting = new Queue<ReadPlace>(places.Asked);
        var count = new ReadCount(progress, waiting);
        var wanted = query.First;
        while (waiting.TryDequeue(out var place))
        {
            var pages = ReadAsync(place, wanted, count, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var _ = pages.ConfigureAwait(false);
            for (var isFirst = true; ; isFirst = false)
            {
                try
                {
                    if (!await pages.MoveNextAsync().ConfigureAwait(false))
                        break;
                }
                catch (KubernetesApiException refusal) when (refusal.Status.IsForbiddenByRole)
                {
                    foreach (var other in await places.InsteadOfAsync(place, refusal, isFirst, cancellationToken).ConfigureAwait(false))
                        waiting.Enqueue(other);
                    break;
                }

                yield return pages.Current;
                wanted -= pages.Current.Count;
                if (wanted == 0)
                    yield break;
            }
        }
    }

    private async IAsyncEnumerable<KubeEvent> ListItemsAsync(
        EventQuery query, IProgress<EventReadProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in ListPagesAsync(query, progress, cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page)
                yield return item;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<KubeEvent>> ReadAsync(
        ReadPlace place, int? wanted, ReadCount count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var selection = place.Selection;
        var request = selection.ListRequest(place.Namespace, selection.IsServerSide ? Math.Min(wanted ?? PageSize, ListPager.LargestPage) : PageSize);
        var pager = new ListPager(_source, request, cancellationToken);
        await using var _ = pager.ConfigureAwait(false);
        while (await pager.NextAsync(wanted is null ? null : IsEnough).ConfigureAwait(false) is { } page)
        {
            count.Add(page);
            IReadOnlyList<KubeEvent> matching = selection.IsServerSide ? page.Items : [.. page.Items.Where(selection.Matches)];
            if (matching.Count > wanted)
                matching = [.. matching.Take(wanted.Value)];
            wanted -= matching.Count;
            yield return matching;
        }

        bool IsEnough(EventPage page) => page.Items.Count >= wanted && page.Items.Count(selection.Matches) >= wanted;
    }

    private sealed class ReadCount(IProgress<EventReadProgress>? progress, Queue<ReadPlace> waiting)
    {
        private long _read;
        private DateTimeOffset? _oldest;

        public void Add(EventPage page)
        {
            _read += page.Items.Count;
            foreach (var item in page.Items)
            {
                if ((item.LastSeen ?? item.CreationTimestamp) is { } seen && !(seen >= _oldest))
                    _oldest = seen;
            }

            // What the lists hold that wait, nobody knows.
            long? remaining = waiting.Count > 0 ? null : string.IsNullOrEmpty(page.Continue) ? 0 : page.RemainingItemCount;
            progress?.Report(new EventReadProgress(_read, remaining) { Oldest = _oldest });
        }
    }
}

/// <summary>How far a list has come.</summary>
/// <param name="Read">Events received so far, those included that are filtered out here.</param>
/// <param name="Remaining">
/// Events still to come, 0 at the end; <see langword="null"/> where nobody knows: the server does not say with a selector, nor is it known
/// before the last of several namespaces.
/// </param>
public readonly record struct EventReadProgress(long Read, long? Remaining)
{
    /// <summary>When the oldest of the events received so far was last seen, by <see cref="KubeEvent.LastSeen"/>, else its creation.</summary>
    /// <value><see langword="null"/> before the first event with a time.</value>
    public DateTimeOffset? Oldest { get; init; }
}
