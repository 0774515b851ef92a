using System.Runtime.CompilerServices;

namespace EventRecording.PowerShell;

/// <summary>The objects that are followed: of those that were given by name, whatever has it now or later is meant, and not what had it before.</summary>
/// <param name="followed">What is watched.</param>
/// <param name="lookup">Looks up what has a name now.</param>
internal sealed class FollowedNames(FollowedQuery followed, WatchLookup lookup)
{
    // A name may have another object every minute; one that is forgotten is looked up again if it comes.
    private const int LeastKnown = 10_000;
    private const int AtATime = 8;

    private readonly ILookup<(string?, string, string?), ObjectReference> _byName = followed.Named.ToLookup(Name);
    private readonly Dictionary<ObjectReference, ObjectReference> _latest = [];
    private readonly RecentTexts _meant = new(LeastKnown, followed.Now.Objects.Select(it => it.UidOfApi()).OfType<string>());
    private readonly RecentTexts _former = new(LeastKnown);

    /// <summary>The objects themselves; of a name that one which has it, or had it last.</summary>
    public IReadOnlyList<ObjectReference> Objects => [.. followed.Now.Objects.Select(it => _latest.GetValueOrDefault(it, it))];

    /// <summary>Leaves out what is about those that had a name before.</summary>
    public async IAsyncEnumerable<WatchedEvent> ChooseAsync(IAsyncEnumerable<WatchedEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var watched in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var about = watched.Event.InvolvedObject;
            if (Named(about) is not { } named || (Knows(about) ?? Means(about, (await lookup.FindAsync(named, named.Namespace, cancellationToken).ConfigureAwait(false))?.Reference)))
                yield return watched;
        }
    }

    /// <summary>Looks up what has each name now.</summary>
    /// <inheritdoc cref="WatchLookup.FindAsync" path="/param"/>
    public async Task LookUpAsync(string? ns, CancellationToken cancellationToken)
    {
        foreach (var some in followed.Named.Chunk(AtATime))
        {
            foreach (var found in await Task.WhenAll(some.Select(named => lookup.FindAsync(named, ns, cancellationToken))).ConfigureAwait(false))
            {
                if (found is not null)
                    Means(found.Reference, found.Reference);
            }
        }
    }

    /// <summary>Whether an object with a followed name is meant; <see langword="null"/> if that must be looked up.</summary>
    public bool? Knows(ObjectReference about) =>
        about.UidOfApi() is not { } uid || _meant.Contains(uid) ? true : _former.Contains(uid) ? false : null;

    /// <summary>Whether an object is meant by a followed name, by what has that name now.</summary>
    public bool Means(ObjectReference about, ObjectReference? now)
    {
        if (Named(now ?? about) is not { } named)
            return false;
        // Of one name there is one at a time: while one that is known has it, all others had it before.
        var isMeant = now is null || about.MayBe(now) || !_meant.Contains(now.Uid!);
        if (about.UidOfApi() is { } uid)
        {
            (isMeant ? _meant : _former).Add(uid);
            if (isMeant)
                _latest[named] = named with { Uid = uid, ResourceVersion = null };
        }

        return isMeant;
    }

    /// <summary>What was given by the name that an object has or had. In another group it may be what that one owns; many writers leave the group out.</summary>
    public ObjectReference? Named(ObjectReference about) =>
        _byName[Name(about)].FirstOrDefault(it => string.IsNullOrEmpty(about.ApiVersion) || it.ApiGroup == about.ApiGroup);

    private static (string?, string, string?) Name(ObjectReference it) => (it.Kind, it.Namespace ?? "", it.Name);
}
