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
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _members = [.. members.SelectMany(Keys)];
    private readonly HashSet<string> _strangers = [];
    private bool _saidDenied;

    /// <summary>Whether an object is one of the family. While the server is away, it waits.</summary>
    public async ValueTask<bool> HasAsync(ObjectReference reference, CancellationToken cancellationToken)
    {
        if (Wanted(reference).Any(_members.Contains))
            return true;
        if (Wanted(reference).Any(_strangers.Contains))
            return false;
        foreach (var owner in await OwnersAsync(reference, cancellationToken).ConfigureAwait(false))
        {
            if (!await HasAsync(owner with { Namespace = reference.Namespace }, cancellationToken).ConfigureAwait(false))
                continue;
            _members.UnionWith(Keys(reference));
            return true;
        }

        if (_strangers.Count >= MostStrangers)
            _strangers.Clear();
        _strangers.UnionWith(Keys(reference));
        return false;
    }

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
