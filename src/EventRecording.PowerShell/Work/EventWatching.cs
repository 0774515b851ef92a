using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace EventRecording.PowerShell;

/// <summary>Watches the events of one cluster, or of several; what stands behind <c>Watch-KubeEvent</c>.</summary>
internal sealed class EventWatching(IReadOnlyList<ClusterSession> sessions, MessagePump output)
{
    private readonly ClusterFan _clusters = new(sessions, output);
    private readonly ConcurrentDictionary<ClusterSession, bool> _synced = [];

    /// <summary>Gives deleted events, too, and says of each one what happened to it.</summary>
    public bool IncludeDeleted { get; init; }

    /// <summary>Tells of a thing once, and again only if it goes on; <see langword="null"/> to tell all.</summary>
    public EventRepeatFilter? Repeats { get; init; }

    /// <param name="filter">Which events, and how many.</param>
    /// <param name="newOnly">Skips what is there.</param>
    /// <param name="timeout">How long to watch; <see langword="null"/> for ever.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async Task RunAsync(EventFilter filter, bool newOnly, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, sessions[0].Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var seen = 0;
        try
        {
            var events = _clusters.ReadAsync((session, token) => WatchAsync(session, filter, newOnly, token), both.Token);
            await foreach (var message in (Repeats is null ? TellAsync(events) : new RepeatedEvents(Repeats, sessions[0].Time).TellAsync(events, both.Token)).ConfigureAwait(false))
            {
                await output.WriteAsync(message with { Span = filter.SpanOf(sessions) }, both.Token).ConfigureAwait(false);
                if (++seen == filter.First)
                    break;
            }
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            foreach (var message in Repeats?.Rest().Take((filter.First ?? int.MaxValue) - seen) ?? [])
            {
                await output.WriteAsync(RepeatedEvents.Message(message) with { Span = filter.SpanOf(sessions) }, cancellationToken).ConfigureAwait(false);
                seen++;
            }

            // Without a number of events to wait for, the time is all that was asked for; but silence must mean that nothing happened.
            var silent = _clusters.Alive.Where(session => !_synced.ContainsKey(session)).ToList();
            foreach (var session in silent)
                await _clusters.OutputOf(session).WriteAsync(NotSynced(timeout!.Value), cancellationToken).ConfigureAwait(false);
            if (silent.Count == 0 && filter.First is { } wanted && seen < wanted)
                await output.WriteAsync(TimedOut(timeout!.Value, seen, wanted), cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<EventMessage> TellAsync(IAsyncEnumerable<WatchedEvent> events)
    {
        await foreach (var watched in events.ConfigureAwait(false))
            yield return new EventMessage(watched.Event, Change: IncludeDeleted ? watched.Change : null);
    }

    private async IAsyncEnumerable<WatchedEvent> WatchAsync(ClusterSession session, EventFilter filter, bool newOnly, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = _clusters.OutputOf(session);
        var query = await filter.ResolveAsync(session, told, cancellationToken).ConfigureAwait(false);
        await told.WriteAsync(new VerboseMessage(query.ToString()), cancellationToken).ConfigureAwait(false);
        var family = filter.IncludeOwned ? new OwnedFamily(session.Mapper, query.Objects, told, session.Time) : null;
        // What is owned changes while it is watched, so that it is chosen here.
        if (family is not null)
            query = query with { Objects = [], First = null };
        // How many events make what is told, nobody knows.
        if (Repeats is not null)
            query = query with { First = null };
        var options = new EventWatchOptions { NewOnly = newOnly, IncludeDeleted = IncludeDeleted, Synced = Synced, Interruptions = new Interruptions(told) };
        await foreach (var watched in new EventWatcher(session.Source, session.Time).WatchAsync(query, options, cancellationToken).ConfigureAwait(false))
        {
            if (family is null || await family.HasAsync(watched.Event.InvolvedObject, cancellationToken).ConfigureAwait(false))
                yield return watched;
        }

        void Synced()
        {
            _synced[session] = true;
            told.Post(new VerboseMessage("What is there was read; what happens from now on follows."));
        }
    }

    private static ErrorMessage TimedOut(TimeSpan timeout, int seen, int wanted)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"Within {timeout.TotalSeconds} s came {seen} of {wanted} events that fit the filters.");
        return new ErrorMessage(new CmdletError(ErrorId.WatchTimedOut, CmdletErrorCategory.OperationTimeout, message));
    }

    private static ErrorMessage NotSynced(TimeSpan timeout)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"Within {timeout.TotalSeconds} s the API server did not say which events there are: nothing was watched.");
        return new ErrorMessage(new CmdletError(ErrorId.WatchTimedOut, CmdletErrorCategory.OperationTimeout, message));
    }

    private sealed class Interruptions(MessagePump output) : IProgress<WatchInterruption>
    {
        public void Report(WatchInterruption value)
        {
            var then = value.ListsAgain ? "reads everything again" : "goes on where it was";
            var why = value.Error is null ? "The server ended the watch" : $"The watch broke: {value.Error.Message}";
            output.Post(new VerboseMessage(string.Create(CultureInfo.InvariantCulture, $"{why}; it {then} in {value.Delay.TotalSeconds:0.0} s.")));
        }
    }
}
