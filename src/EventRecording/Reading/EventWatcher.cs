using System.Runtime.CompilerServices;

namespace EventRecording;

/// <summary>
/// Watches events: tells what is there, then each event that is new or was written again, and goes on through whatever happens to the
/// connection.
/// </summary>
/// <remarks>
/// A watch resumes from the last version that it saw. It lists again where that version is gone (410, as a status or a frame),
/// where the server closes at once without a word, and where the server's versions went back; what was told is not told again.
/// Events that come and go while it is not connected are seen if they are still there.
/// Rights needed: <c>list</c> and <c>watch</c> of events, in each namespace of the query or in the cluster.
/// </remarks>
public sealed class EventWatcher
{
    private readonly IEventSource _source;
    private readonly TimeProvider _time;
    private readonly Random _random;

    /// <summary>A watcher of a source.</summary>
    /// <param name="source">Where the events are.</param>
    /// <param name="time">Clock and timers; default: the system's.</param>
    /// <param name="random">Spreads waits and timeouts; default: <see cref="Random.Shared"/>.</param>
    public EventWatcher(IEventSource source, TimeProvider? time = null, Random? random = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _time = time ?? TimeProvider.System;
        _random = random ?? Random.Shared;
    }

    /// <summary>Watches until it is cancelled, or until <see cref="EventQuery.First"/> events were told.</summary>
    /// <param name="query">Which events.</param>
    /// <param name="options">How; default: what is there and what comes, without deletions.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="KubernetesApiException">The server said no, for good; or the first request failed.</exception>
    public IAsyncEnumerable<WatchedEvent> WatchAsync(
        EventQuery query, EventWatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        options ??= new EventWatchOptions();
        return TakeAsync(EventSelection.Of(query, keepChanging: options.IncludeDeleted), options, cancellationToken);
    }

    private async IAsyncEnumerable<WatchedEvent> TakeAsync(
        EventSelection selection, EventWatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = selection.Query.First ?? long.MaxValue;
        var places = new ReadPlaces(_source, selection, options.Refused);
        await foreach (var watched in Watch(places, places.Asked, options, cancellationToken).ConfigureAwait(false))
        {
            if (watched is null)
            {
                options.Synced?.Invoke();
                continue;
            }

            yield return watched;
            if (--left == 0)
                yield break;
        }
    }

    /// <summary>What happens in some places, and <see langword="null"/> once: behind what is there in any of them.</summary>
    private IAsyncEnumerable<WatchedEvent?> Watch(ReadPlaces places, IReadOnlyList<ReadPlace> some, EventWatchOptions options, CancellationToken cancellationToken)
    {
        var loops = some.Select(it => WatchWhereAllowedAsync(places, it, options, cancellationToken)).ToList();
        return loops is [var only] ? only : MergeAsync(loops, cancellationToken);
    }

    private static async IAsyncEnumerable<WatchedEvent?> MergeAsync(List<IAsyncEnumerable<WatchedEvent?>> loops, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listing = loops.Count;
        if (listing == 0)
            yield return null;
        await foreach (var watched in AsyncMerge.Merge(loops, cancellationToken).ConfigureAwait(false))
        {
            if (watched is not null || --listing == 0)
                yield return watched;
        }
    }

    private async IAsyncEnumerable<WatchedEvent?> WatchWhereAllowedAsync(
        ReadPlaces places, ReadPlace place, EventWatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadPlace> others;
        var isListed = false;
        var watched = new WatchLoop(_source, place.Selection, place.Namespace, options, _time, new Random(_random.Next())).RunAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (watched.ConfigureAwait(false))
        {
            for (var isFirst = true; ; isFirst = false)
            {
                try
                {
                    // It ends with an exception alone.
                    await watched.MoveNextAsync().ConfigureAwait(false);
                }
                catch (KubernetesApiException refusal) when (refusal.Status.IsForbiddenByRole)
                {
                    others = await places.InsteadOfAsync(place, refusal, isFirst, cancellationToken).ConfigureAwait(false);
                    break;
                }

                isListed |= watched.Current is null;
                yield return watched.Current;
            }
        }

        await foreach (var found in Watch(places, others, options, cancellationToken).ConfigureAwait(false))
        {
            if (found is not null || !isListed)
                yield return found;
        }
    }
}
