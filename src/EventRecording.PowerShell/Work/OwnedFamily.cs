using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Some objects with all that they own, also what comes to be while it is watched: an object that is not known yet is asked for its owners.</summary>
/// <param name="mapper">Looks objects up.</param>
/// <param name="members">The objects, and what they own now.</param>
/// <param name="output">Is told what cannot be looked up.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnedFamily(ResourceMapper mapper, IEnumerable<ObjectReference> members, MessagePump output, TimeProvider time)
{
    private const int MostStrangers = 10_000;

    // More than anything has: a server could name another owner for ever.
    private const int MostAncestors = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _members = [.. members.SelectMany(Keys)];
    private readonly HashSet<string> _strangers = [];
    private bool _saidDenied;

    /// <summary>Whether an object is one of the family. While the server is away, it waits.</summary>
    public async ValueTask<bool> HasAsync(ObjectReference reference, CancellationToken cancellationToken)
    {
        var known = Known(reference);
        if (known is not null)
            return known.Value;
        // Owners can go round in a circle: each is looked at once.
        var (ancestors, seen) = (new List<(ObjectReference It, int Owned)> { (reference, -1) }, new HashSet<string> { Wanted(reference).First() });
        for (var at = 0; at < ancestors.Count && at < MostAncestors; at++)
        {
            var it = ancestors[at].It;
            known = Known(it);
            if (known == true)
                return Join(ancestors, ancestors[at].Owned);
            foreach (var owner in known is null ? await OwnersAsync(it, cancellationToken).ConfigureAwait(false) : [])
            {
                var placed = owner with { Namespace = reference.Namespace };
                if (seen.Add(Wanted(placed).First()))
                    ancestors.Add((placed, at));
            }
        }

        if (_strangers.Count >= MostStrangers)
            _strangers.Clear();
        _strangers.UnionWith(ancestors.Take(MostAncestors).SelectMany(ancestor => Keys(ancestor.It)));
        return false;
    }

    // What the member owns, and so down to the one that was asked for.
    private bool Join(List<(ObjectReference It, int Owned)> ancestors, int owned)
    {
        for (; owned >= 0; owned = ancestors[owned].Owned)
            _members.UnionWith(Keys(ancestors[owned].It));
        return true;
    }

    private bool? Known(ObjectReference it) =>
        Wanted(it).Any(_members.Contains) ? true : Wanted(it).Any(_strangers.Contains) ? false : null;

    private async Task<IReadOnlyList<ObjectReference>> OwnersAsync(ObjectReference reference, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await FindOwnersAsync(reference, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (PatientLookup.IsTransient(error))
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is ResourceNotFoundException or KubernetesApiException { Status.Code: 404 })
            {
                return [];
            }
        }
    }

    private async Task<IReadOnlyList<ObjectReference>> FindOwnersAsync(ObjectReference reference, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(reference.Kind) || string.IsNullOrEmpty(reference.Name))
            return [];
        var kind = reference.ApiGroup.Length == 0 ? reference.Kind : $"{reference.Kind}.{reference.ApiGroup}";
        var resource = await mapper.ResolveAsync(kind, cancellationToken).ConfigureAwait(false);
        var found = await mapper.GetObjectAsync(resource, reference.Namespace, reference.Name, cancellationToken).ConfigureAwait(false);
        if (found.Denied is { } denied && !_saidDenied)
        {
            _saidDenied = true;
            await output.WriteAsync(new WarningMessage($"Events of owned objects that come to be from now on may be missing: {denied.Message}"), cancellationToken).ConfigureAwait(false);
        }

        // Another object of the same name may have taken its place.
        return string.IsNullOrEmpty(reference.Uid) || found.Reference.Uid == reference.Uid ? found.Owners : [];
    }

    // As a member; and as what is looked for among the members: by its name only where one of the two has no uid.
    private static IEnumerable<string> Keys(ObjectReference it) =>
        string.IsNullOrEmpty(it.Uid) ? ["name " + Name(it), "any " + Name(it)] : ["uid " + it.Uid, "any " + Name(it)];

    private static IEnumerable<string> Wanted(ObjectReference it) =>
        string.IsNullOrEmpty(it.Uid) ? ["any " + Name(it)] : ["uid " + it.Uid, "name " + Name(it)];

    private static string Name(ObjectReference it) => $"{it.ApiGroup}/{it.Kind}/{it.Namespace}/{it.Name}";
}
