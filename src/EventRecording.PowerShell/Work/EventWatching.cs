using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>Watches the events of one cluster, or of several; what stands behind <c>Watch-KubeEvent</c>.</summary>
internal sealed class EventWatching(IReadOnlyList<ClusterSession> sessions, MessagePump output)
{
    private readonly ClusterFan _clusters = new(sessions, output);

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
        var watches = sessions.ToDictionary(session => session, session => new ClusterWatch(session, _clusters.OutputOf(session)));
        // To tell by how much an event grew, what it counted before must be read, too.
        var options = new EventWatchOptions { NewOnly = newOnly && Repeats is null, IncludeDeleted = IncludeDeleted };
        var seen = 0;
        try
        {
            var events = _clusters.ReadAsync((session, token) => watches[session].RunAsync(filter, options, token), both.Token);
            await foreach (var message in (Repeats is null ? TellAsync(events) : new RepeatedEvents(Repeats, sessions[0].Time, newOnly).TellAsync(events, both.Token)).ConfigureAwait(false))
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
            var asked = await Task.WhenAll(_clusters.Alive.Select(async session => (Session: session, Why: await watches[session].FindDeafnessAsync(cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
            var deaf = asked.Where(it => it.Why is not null).ToList();
            foreach (var (session, why) in deaf)
                await _clusters.OutputOf(session).WriteAsync(TimedOut(timeout!.Value, why!), cancellationToken).ConfigureAwait(false);
            if (deaf.Count == 0 && filter.First is { } wanted && seen < wanted)
                await output.WriteAsync(TimedOut(timeout!.Value, $"came {seen} of {wanted} events that fit the filters."), cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<EventMessage> TellAsync(IAsyncEnumerable<WatchedEvent> events)
    {
        await foreach (var watched in events.ConfigureAwait(false))
            yield return new EventMessage(watched.Event, Change: IncludeDeleted ? watched.Change : null);
    }

    private static ErrorMessage TimedOut(TimeSpan timeout, string what)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"Within {timeout.TotalSeconds} s {what}");
        return new ErrorMessage(new CmdletError(ErrorId.WatchTimedOut, CmdletErrorCategory.OperationTimeout, message));
    }
}
