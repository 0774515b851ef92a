using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>Watches events; what stands behind <c>Watch-KubeEvent</c>.</summary>
internal sealed class EventWatching(ClusterSession session, MessagePump output)
{
    /// <summary>Gives deleted events, too, and says of each one what happened to it.</summary>
    public bool IncludeDeleted { get; init; }

    /// <param name="filter">Which events, and how many.</param>
    /// <param name="newOnly">Skips what is there.</param>
    /// <param name="timeout">How long to watch; <see langword="null"/> for ever.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async Task RunAsync(EventFilter filter, bool newOnly, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, session.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var (seen, isSynced) = (0, false);
        try
        {
            var query = await filter.ResolveAsync(session, output, both.Token).ConfigureAwait(false);
            await output.WriteAsync(new VerboseMessage(query.ToString()), both.Token).ConfigureAwait(false);
            var family = filter.IncludeOwned ? new OwnedFamily(session.Mapper, query.Objects, output, session.Time) : null;
            // What is owned changes while it is watched, so that it is chosen here.
            if (family is not null)
                query = query with { Objects = [], First = null };
            var options = new EventWatchOptions { NewOnly = newOnly, IncludeDeleted = IncludeDeleted, Synced = Synced, Interruptions = new Interruptions(output) };
            await foreach (var watched in new EventWatcher(session.Source, session.Time).WatchAsync(query, options, both.Token).ConfigureAwait(false))
            {
                if (family is not null && !await family.HasAsync(watched.Event.InvolvedObject, both.Token).ConfigureAwait(false))
                    continue;
                await output.WriteAsync(new EventMessage(watched.Event, Change: IncludeDeleted ? watched.Change : null, ShowsNamespace: filter.SpansNamespaces), both.Token).ConfigureAwait(false);
                if (++seen == filter.First)
                    break;
            }
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Without a number of events to wait for, the time is all that was asked for; but silence must mean that nothing happened.
            if (!isSynced)
                await output.WriteAsync(NotSynced(timeout!.Value), cancellationToken).ConfigureAwait(false);
            else if (filter.First is { } wanted)
                await output.WriteAsync(TimedOut(timeout!.Value, seen, wanted), cancellationToken).ConfigureAwait(false);
        }

        void Synced()
        {
            isSynced = true;
            output.Post(new VerboseMessage("What is there was read; what happens from now on follows."));
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
