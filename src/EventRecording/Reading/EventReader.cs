using System.Runtime.CompilerServices;
using EventRecording.Cluster;

namespace EventRecording.Reading;

/// <summary>Lists events.</summary>
public sealed class EventReader
{
    internal const int PageSize = 500;

    private readonly IEventSource _source;

    /// <summary>A reader of a source.</summary>
    public EventReader(IEventSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <summary>Lists events as the server sends them, in its order, page by page; memory does not grow with their number.</summary>
    /// <param name="query">Which events.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    /// <exception cref="KubernetesApiException">The server answered with an error.</exception>
    public IAsyncEnumerable<KubeEvent> ListAsync(
        EventQuery query, IProgress<EventReadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadAsync(EventSelection.Of(query), query.First, progress, cancellationToken);
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
        await foreach (var item in ReadAsync(EventSelection.Of(query), null, progress, cancellationToken).ConfigureAwait(false))
        {
            wanted.Enqueue(item, item);
            if (wanted.Count > query.First)
                wanted.Dequeue();
        }

        var sorted = wanted.UnorderedItems.Select(it => it.Element).ToArray();
        Array.Sort(sorted, EventOrder.ByLastSeen);
        return sorted;
    }

    private async IAsyncEnumerable<KubeEvent> ReadAsync(
        EventSelection selection,
        int? wanted,
        IProgress<EventReadProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = new ReadCount(progress, selection.Namespaces.Count);
        foreach (var inNamespace in selection.Namespaces)
        {
            var request = selection.ListRequest(inNamespace, selection.IsServerSide ? Math.Min(wanted ?? PageSize, PageSize) : PageSize);
            await foreach (var item in ReadAsync(selection, request, wanted, count, cancellationToken).ConfigureAwait(false))
            {
                yield return item;
                if (--wanted == 0)
                    yield break;
            }
        }
    }

    private async IAsyncEnumerable<KubeEvent> ReadAsync(
        EventSelection selection,
        EventListRequest request,
        int? wanted,
        ReadCount count,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pager = new ListPager(_source, request, cancellationToken);
        await using var _ = pager.ConfigureAwait(false);
        while (await pager.NextAsync(wanted is null ? null : IsEnough).ConfigureAwait(false) is { } page)
        {
            count.Add(page);
            foreach (var item in page.Items)
            {
                if (!selection.Matches(item))
                    continue;
                wanted--;
                yield return item;
            }
        }

        bool IsEnough(EventPage page) => page.Items.Count >= wanted && page.Items.Count(selection.Matches) >= wanted;
    }

    private sealed class ReadCount(IProgress<EventReadProgress>? progress, int lists)
    {
        private long _read;

        public void Add(EventPage page)
        {
            _read += page.Items.Count;
            progress?.Report(new EventReadProgress(_read, lists == 1 ? page.RemainingItemCount : null));
        }
    }
}
