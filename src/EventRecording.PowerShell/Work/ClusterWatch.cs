using System.Runtime.CompilerServices;

namespace EventRecording.PowerShell;

/// <summary>Watches the events of one cluster; what <c>Watch-KubeEvent</c> and <c>Wait-KubeEvent</c> share.</summary>
internal sealed class ClusterWatch(ClusterSession session, MessagePump output)
{
    private readonly WatchOutage _outage = new(output, session.Time);
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OwnedFamily? _family;

    /// <summary>Why it means nothing that no event comes, as the end of a sentence; <see langword="null"/> where it means that nothing happens.</summary>
    public string? Deafness => (_synced.Task.IsCompleted, _outage.Now) switch
    {
        (false, { } why) => $"nothing was watched: {why}",
        (false, null) => "the API server did not say which events there are: nothing was watched.",
        (true, { } why) => $"not everything was seen: {why}",
        (true, null) => _family?.Stuck,
    };

    /// <summary>Watches until it is cancelled; <see cref="EventFilter.First"/> is for the caller. <see cref="EventWatchOptions.Synced"/> is told behind what is there of owned objects, too.</summary>
    public async IAsyncEnumerable<WatchedEvent> RunAsync(EventFilter filter, EventWatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var followed = await (filter with { First = null }).ResolveToFollowAsync(session, output, cancellationToken).ConfigureAwait(false);
        // What is owned changes while it is watched, so that it is chosen here.
        _family = filter.IncludeOwned ? new OwnedFamily(session, followed, output) : null;
        var query = _family is null ? followed.Later : followed.Now with { Objects = [] };
        await output.WriteAsync(new VerboseMessage(query.ToString()), cancellationToken).ConfigureAwait(false);
        var told = options.Synced;
        options = options with { Synced = Synced, Interruptions = _outage, Resumed = _outage.End, Refused = RefusedPlaces.ToldTo(output) };
        var events = WithoutFormerAsync(new EventWatcher(session.Source, session.Time).WatchAsync(query, options, cancellationToken), followed, cancellationToken);
        await foreach (var watched in (_family?.ChooseAsync(events, _synced.Task, told, cancellationToken) ?? events).ConfigureAwait(false))
            yield return watched;

        void Synced()
        {
            output.Post(new VerboseMessage("What is there was read; what happens from now on follows."));
            _synced.SetResult();
            if (_family is null)
                told?.Invoke();
        }
    }

    // What is there may be about those that had a name before; what comes is about those that have it now or later.
    private async IAsyncEnumerable<WatchedEvent> WithoutFormerAsync(
        IAsyncEnumerable<WatchedEvent> events, FollowedQuery followed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var named = followed.Named.ToLookup(Name);
        var wanted = followed.Now.Objects.Select(it => it.Uid).ToHashSet();
        var former = new HashSet<string>();
        // Its own: the family's looks things up at the same time.
        var lookup = new OwnerLookup(session, output, "Events of former objects of the same name may be among these");
        await foreach (var watched in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var about = watched.Event.InvolvedObject;
            if (!_synced.Task.IsCompleted && await IsFormerAsync(about).ConfigureAwait(false))
                former.Add(about.Uid!);
            if (!former.Contains(about.Uid ?? ""))
                yield return watched;
        }

        async ValueTask<bool> IsFormerAsync(ObjectReference about)
        {
            // A kubelet gives the name of its node as uid.
            if (string.IsNullOrEmpty(about.Uid) || about.Uid == about.Name || wanted.Contains(about.Uid) || former.Contains(about.Uid) || named[Name(about)].FirstOrDefault() is not { } now)
                return false;
            // It may have been made anew since it was looked up.
            var found = await lookup.FindAsync(now, now.Namespace, cancellationToken).ConfigureAwait(false);
            return found?.Reference.Uid is { Length: > 0 } uid && uid != about.Uid;
        }

        // Many writers leave the group out.
        static (string?, string, string?) Name(ObjectReference it) => (it.Kind, it.Namespace ?? "", it.Name);
    }
}
