namespace EventRecording.PowerShell;

/// <summary>What <c>Wait-KubeEvent</c> is asked for beside its filters.</summary>
/// <param name="FailOn">Reasons that mean failure.</param>
/// <param name="MinCount">How often a failure must have happened.</param>
/// <param name="NewOnly">What is there counts for nothing.</param>
/// <param name="Timeout">How long to wait; <see langword="null"/> for ever.</param>
internal sealed record EventWaitRequest(IReadOnlyList<string> FailOn, int MinCount, bool NewOnly, TimeSpan? Timeout);

/// <summary>How a wait ended.</summary>
/// <param name="State">Still waiting, if time ran out.</param>
/// <param name="Event">The event that ended it; the one seen last, if time ran out.</param>
/// <param name="Deafness">If time ran out: why it means nothing that no event came, as the end of a sentence.</param>
internal sealed record EventWaitResult(EventWaitState State, KubeEvent? Event, string? Deafness = null);

/// <summary>Waits for an event; what stands behind <c>Wait-KubeEvent</c>.</summary>
internal sealed class EventWaiting(ClusterSession session, MessagePump output)
{
    public async Task<EventWaitResult> RunAsync(EventFilter filter, EventWaitRequest request, CancellationToken cancellationToken)
    {
        var all = new EventQuery { Since = filter.Since, Until = filter.Until };
        var wait = new EventWait(
            all with { Types = filter.Types, Reasons = filter.Reasons, Sources = filter.Sources },
            request.FailOn.Count == 0 ? null : all with { Reasons = request.FailOn },
            request.MinCount);
        var watched = filter with { Types = [], Reasons = [], Sources = [] };
        using var timer = new CancellationTokenSource(request.Timeout ?? Timeout.InfiniteTimeSpan, session.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var watch = new ClusterWatch(session, output);
        var isSettled = request.NewOnly;
        try
        {
            if (request.NewOnly)
                await IgnoreAsync(wait, watched, end.Token).ConfigureAwait(false);
            await foreach (var came in watch.RunAsync(watched, new EventWatchOptions { Synced = Settle }, end.Token).ConfigureAwait(false))
            {
                if (!isSettled)
                    wait.Hold(came.Event);
                // What was there may have ended it, and this have come before that was heard.
                else if (wait.State != EventWaitState.Waiting || wait.See(came) != EventWaitState.Waiting)
                    break;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Of what is there, not everything may have come.
            wait.Settle();
        }

        return new EventWaitResult(wait.State, wait.Event, wait.State == EventWaitState.Waiting ? await watch.FindDeafnessAsync(cancellationToken).ConfigureAwait(false) : null);

        void Settle()
        {
            isSettled = true;
            if (wait.Settle() != EventWaitState.Waiting)
                end.Cancel();
        }
    }

    // Also of what comes to be owned later: it may be there already.
    private async Task IgnoreAsync(EventWait wait, EventFilter filter, CancellationToken cancellationToken)
    {
        var query = (await new FilterQueries(filter, session, output).ResolveToFollowAsync(cancellationToken).ConfigureAwait(false)).Later;
        var there = filter.IncludeOwned ? query with { Objects = [] } : query;
        // What may not be read is told where it is watched.
        var reader = new EventReader(session.Source) { Refused = _ => { } };
        await foreach (var item in reader.ListAsync(there, cancellationToken: cancellationToken).ConfigureAwait(false))
            wait.Ignore(item);
    }
}
