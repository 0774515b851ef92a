using System.Globalization;
using System.Runtime.CompilerServices;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Watches the events of one cluster; what <c>Watch-KubeEvent</c> and <c>Wait-KubeEvent</c> share.</summary>
internal sealed class ClusterWatch(ClusterSession session, MessagePump output)
{
    // What a server that is there needs for an answer; who waits for it has waited to the end of a time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly WatchOutage _outage = new(output, session.Time);
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WatchLookup? _lookup;

    /// <summary>Why it means nothing that no event comes, as the end of a sentence; <see langword="null"/> where it means that nothing happens.</summary>
    public string? Deafness => (_synced.Task.IsCompleted, _outage.Now) switch
    {
        (false, { } why) => $"nothing was watched: {why}",
        (false, null) => _lookup?.Stuck ?? "the API server did not say which events there are: nothing was watched.",
        (true, { } why) => $"not everything was seen: {why}",
        (true, null) => _lookup?.Stuck,
    };

    /// <summary>As <see cref="Deafness"/>, and asks the server where nothing speaks for it: that a network swallows everything a connection finds out only after 10 seconds.</summary>
    public async Task<string?> FindDeafnessAsync(CancellationToken cancellationToken)
    {
        if (Deafness is { } known)
            return known;
        using var patience = new CancellationTokenSource(Patience, session.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await session.Link.Connection.RequestAsync(HttpMethod.Get, "/version", cancellationToken: both.Token).ConfigureAwait(false);
            return null;
        }
        catch (KubernetesApiException answer) when (answer.Status.Code < 500)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"not everything may have been seen: asked at the end, the API server gave no answer within {Patience.TotalSeconds} s.");
        }
        catch (Exception error) when (error is not OperationCanceledException && ErrorMapper.Map(error) is { } lost)
        {
            return $"not everything may have been seen: asked at the end, the API server gave no answer. {lost.Message}";
        }
    }

    /// <summary>Watches until it is cancelled; <see cref="EventFilter.First"/> is for the caller. <see cref="EventWatchOptions.Synced"/> is told behind what is there of owned objects, too.</summary>
    public async IAsyncEnumerable<WatchedEvent> RunAsync(EventFilter filter, EventWatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var followed = await new FilterQueries(filter with { First = null }, session, output).ResolveToFollowAsync(cancellationToken).ConfigureAwait(false);
        // What is owned changes while it is watched, so that it is chosen here.
        var query = filter.IncludeOwned ? followed.Now with { Objects = [] } : followed.Later;
        await output.WriteAsync(new VerboseMessage(query.ToString()), cancellationToken).ConfigureAwait(false);
        var told = options.Synced;
        options = options with { Synced = Synced, Interruptions = _outage, Resumed = _outage.End, Refused = RefusedPlaces.ToldTo(output) };
        var events = new EventWatcher(session.Source, session.Time).WatchAsync(query, options, cancellationToken);
        await foreach (var watched in Choose().ConfigureAwait(false))
            yield return watched;

        IAsyncEnumerable<WatchedEvent> Choose()
        {
            // Most watches follow no name: nothing is to be looked up.
            if (!filter.IncludeOwned && followed.Named.Count == 0)
                return events;
            _lookup = new WatchLookup(session, output, filter.IncludeOwned ? "Events of owned objects may be missing" : "Events of former objects of the same name may be among these");
            var names = new FollowedNames(followed, _lookup);
            return filter.IncludeOwned
                ? new OwnedFamily(names, _lookup, output, session.Time).ChooseAsync(events, _synced.Task, told, cancellationToken)
                : names.ChooseAsync(events, cancellationToken);
        }

        void Synced()
        {
            output.Post(new VerboseMessage("What is there was read; what happens from now on follows."));
            _synced.SetResult();
            if (!filter.IncludeOwned)
                told?.Invoke();
        }
    }
}
