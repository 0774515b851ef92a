using System.Runtime.CompilerServices;

namespace EventRecording.PowerShell;

/// <summary>Some objects with all that they own, also what comes to be while it is watched.</summary>
/// <param name="roots">The objects.</param>
/// <param name="lookup">Looks up who owns what.</param>
/// <param name="output">Is told what was found.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnedFamily(FollowedNames roots, WatchLookup lookup, MessagePump output, TimeProvider time)
{
    // So many are asked for their owners one by one; more are found in one look through all objects.
    private const int MostAsked = 20;
    private const int MostHeld = 10_000;
    private const int MostStrangers = 10_000;

    // Two for each member; one that is forgotten is looked up again if it comes.
    private const int LeastKeys = 32_768;

    // More than anything has: a server could name another owner for ever.
    private const int MostAncestors = 100;
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> _given = [.. roots.Objects.SelectMany(Keys)];
    private readonly RecentTexts _members = new(LeastKeys);

    // Those that have other owners, and these owners: each may be adopted.
    private readonly ShortMemory _strangers = new(time, AskAgain, MostStrangers);
    private readonly ShortMemory _strangersOwners = new(time, AskAgain, MostStrangers);

    // Those that have none, or are not there, for this look: they may come to be owned.
    private readonly HashSet<string> _free = [];

    /// <summary>Chooses the events of the family.</summary>
    /// <param name="events">What happens to all objects.</param>
    /// <param name="listed">Completes behind what is there: until then events of unknown objects are held back, and then looked up together.</param>
    /// <param name="told">Told behind what is there of the family.</param>
    /// <param name="cancellationToken">Ends it. While the server is away, lookups wait.</param>
    public async IAsyncEnumerable<WatchedEvent> ChooseAsync(IAsyncEnumerable<WatchedEvent> events, Task listed, Action? told, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var source = events.GetAsyncEnumerator(end.Token);
        var next = Task.FromResult(true);
        var held = new List<WatchedEvent>();
        try
        {
            while (true)
            {
                next = source.MoveNextAsync().AsTask();
                if ((held.Count > 0 || told is not null) && !next.IsCompleted)
                    await Task.WhenAny(next, listed).ConfigureAwait(false);
                var isListed = told is not null && listed.IsCompleted;
                if (held.Count >= MostHeld || (held.Count > 0 && (isListed || !next.IsCompleted)))
                {
                    foreach (var chosen in await ChooseAsync(held, end.Token).ConfigureAwait(false))
                        yield return chosen;
                    held.Clear();
                }

                if (isListed)
                {
                    told!();
                    told = null;
                }

                if (!await next.ConfigureAwait(false))
                    yield break;
                var about = source.Current.Event.InvolvedObject;
                // At once, before the name has another one.
                var isKnown = Knows(about) ?? (roots.Named(about) is null ? null : (await ChooseAsync([source.Current], end.Token).ConfigureAwait(false)).Count > 0);
                // A list is in no order; what happens is told in its own.
                if (isKnown == true && (held.Count == 0 || !listed.IsCompleted))
                    yield return source.Current;
                else if (isKnown != false)
                    held.Add(source.Current);
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<List<WatchedEvent>> ChooseAsync(List<WatchedEvent> held, CancellationToken cancellationToken)
    {
        _free.Clear();
        var unknown = held.Select(it => it.Event.InvolvedObject).Where(it => Knows(it) is null).DistinctBy(it => (it.Uid, Name(it))).ToList();
        if (unknown.Count > MostAsked)
            await LookThroughAsync(unknown, held[0].Event.Namespace, cancellationToken).ConfigureAwait(false);
        var chosen = new List<WatchedEvent>();
        foreach (var watched in held)
        {
            if (await HasAsync(watched.Event, cancellationToken).ConfigureAwait(false))
                chosen.Add(watched);
        }

        return chosen;
    }

    /// <summary>Whether it is a member; <see langword="null"/> if that must be looked up.</summary>
    private bool? Knows(ObjectReference reference) =>
        Wanted(reference).Any(it => _given.Contains(it) || _members.Contains(it)) ? true
        : roots.Knows(reference) == false || Wanted(reference).Any(_strangers.Contains) ? false
        : null;

    private async ValueTask<bool> HasAsync(KubeEvent item, CancellationToken cancellationToken)
    {
        var reference = item.InvolvedObject;
        // Owners can go round in a circle: each is looked at once.
        var (ancestors, seen) = (new List<(ObjectReference It, int Owned)> { (reference, -1) }, new HashSet<string> { Wanted(reference).First() });
        for (var at = 0; at < ancestors.Count && at < MostAncestors; at++)
        {
            var it = ancestors[at].It;
            if (Knows(it) == true)
                return Join(ancestors, ancestors[at].Owned);
            if (Knows(it) == false || Wanted(it).Any(_free.Contains))
                continue;
            var found = await lookup.FindAsync(it, item.Namespace, cancellationToken).ConfigureAwait(false);
            // Another object of the same name may have taken its place.
            var same = found is not null && it.MayBe(found.Reference) ? found : null;
            // By its own name: an owner that is in no namespace was taken to be where the object is.
            if (roots.Means(it, found?.Reference) || (same is not null && Knows(same.Reference) == true))
                return Join(ancestors, at);
            var owners = same?.Owners ?? [];
            if (owners.Count == 0)
                _free.UnionWith(Keys(it));
            ancestors.AddRange(owners.Select(owner => owner with { Namespace = reference.Namespace }).Where(owner => seen.Add(Wanted(owner).First())).Select(owner => (owner, at)));
        }

        foreach (var (it, _) in ancestors.Take(MostAncestors).Where(ancestor => !Wanted(ancestor.It).Any(_free.Contains)))
            _strangers.Add(Keys(it));
        foreach (var (it, _) in ancestors.Skip(1))
            _strangersOwners.Add(Keys(it));
        return false;
    }

    // What the member owns, and so down to the one that was asked for.
    private bool Join(List<(ObjectReference It, int Owned)> ancestors, int owned)
    {
        for (; owned >= 0; owned = ancestors[owned].Owned)
            Add(ancestors[owned].It);
        return true;
    }

    private void Add(ObjectReference member)
    {
        foreach (var key in Keys(member))
            _members.Add(key);
        if (Wanted(member).Any(_strangersOwners.Contains))
            _strangers.Clear();
    }

    private async Task LookThroughAsync(List<ObjectReference> unknown, string? ns, CancellationToken cancellationToken)
    {
        // Made anew: nothing more comes to be owned by the one that had the name.
        await roots.LookUpAsync(ns, cancellationToken).ConfigureAwait(false);
        var owners = roots.Objects;
        var owned = await lookup.OwnedByAsync(owners, ns, cancellationToken).ConfigureAwait(false);
        await OwnedObjectsTold.TellAsync(owned, output, cancellationToken).ConfigureAwait(false);
        foreach (var member in owners.Concat(owned.Objects))
            Add(member);
        // Those of what could not be looked through, and what they own, are asked one by one, which says what is missing.
        _free.UnionWith(unknown.Where(it => !owned.MayLack(it)).SelectMany(Keys).Except(owned.Objects.SelectMany(Keys)));
    }

    // As a member; and as what is looked for among the members: by its name only where one of the two has no uid of the API.
    private static IEnumerable<string> Keys(ObjectReference it) =>
        it.UidOfApi() is { } uid ? ["uid " + uid, "any " + Name(it)] : ["name " + Name(it), "any " + Name(it)];

    private static IEnumerable<string> Wanted(ObjectReference it) =>
        it.UidOfApi() is { } uid ? ["uid " + uid, "name " + Name(it)] : ["any " + Name(it)];

    private static string Name(ObjectReference it) => $"{it.ApiGroup}/{it.Kind}/{it.Namespace}/{it.Name}";
}
