namespace EventRecording.PowerShell;

/// <summary>Tells those that have a name now or later from those that had it before.</summary>
/// <param name="followed">What is watched.</param>
/// <param name="lookup">Looks up what has a name now.</param>
internal sealed class Namesakes(FollowedQuery followed, ObjectLookup lookup)
{
    // A name may have another object every minute.
    private const int MostKnown = 10_000;

    private readonly ILookup<(string?, string, string?), ObjectReference> _named = followed.Named.ToLookup(Name);
    private readonly HashSet<string> _wanted = [.. followed.Now.Objects.Select(it => it.Uid).OfType<string>()];
    private readonly HashSet<string> _former = [];

    /// <summary>Whether an object had a followed name before that one which has it now. Each uid is looked up once.</summary>
    public async ValueTask<bool> IsFormerAsync(ObjectReference about, CancellationToken cancellationToken)
    {
        if (about.UidOfApi() is not { } uid || _wanted.Contains(uid) || Named(about) is not { } named)
            return false;
        if (_former.Contains(uid))
            return true;
        var now = (await lookup.FindAsync(named, named.Namespace, cancellationToken).ConfigureAwait(false))?.Reference;
        if (_wanted.Count + _former.Count >= MostKnown)
            _former.Clear();
        // Of one name there is one at a time: while one that is known has it, all others had it before.
        var isFormer = now is not null && !about.MayBe(now) && _wanted.Contains(now.Uid!);
        (isFormer ? _former : _wanted).Add(uid);
        return isFormer;
    }

    // Many writers leave the group out; in another one, it may be what the named one owns.
    private ObjectReference? Named(ObjectReference about) => _named[Name(about)].FirstOrDefault(it => string.IsNullOrEmpty(about.ApiVersion) || it.ApiGroup == about.ApiGroup);

    private static (string?, string, string?) Name(ObjectReference it) => (it.Kind, it.Namespace ?? "", it.Name);
}
