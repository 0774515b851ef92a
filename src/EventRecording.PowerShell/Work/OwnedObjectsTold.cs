using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Finds what objects own, for <c>-IncludeOwned</c>; says what could not be looked through.</summary>
internal static class OwnedObjectsTold
{
    // A role that may read events often lacks the right to list secrets and the like; the rest is for -Verbose.
    private const int MostNamed = 5;

    public static async Task<IReadOnlyList<ObjectReference>> FindAsync(ClusterSession session, IReadOnlyCollection<ObjectReference> owners, MessagePump output, CancellationToken cancellationToken)
    {
        var found = await session.Owned.FindAsync(owners, cancellationToken).ConfigureAwait(false);
        await TellAsync(found, output, cancellationToken).ConfigureAwait(false);
        if (found.Skipped.Count > 0)
            await output.WriteAsync(new WarningMessage($"Owned objects of these resources are missing, because they could not be listed: {Names(found.Skipped.Select(it => it.Resource.ToString()))}. -Verbose says why."), cancellationToken).ConfigureAwait(false);
        if (found.Unanswered.Count > 0)
            await output.WriteAsync(new WarningMessage($"Owned objects of these API groups are missing, because they did not answer: {Names(found.Unanswered)}."), cancellationToken).ConfigureAwait(false);
        return found.Objects;
    }

    /// <summary>How many were found, and each resource that could not be looked through; for <c>-Verbose</c>.</summary>
    public static async Task TellAsync(OwnedObjectsResult found, MessagePump output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(new VerboseMessage($"{found.Objects.Count} owned objects were found."), cancellationToken).ConfigureAwait(false);
        foreach (var skipped in found.Skipped)
            await output.WriteAsync(new VerboseMessage(skipped.ToString()), cancellationToken).ConfigureAwait(false);
    }

    private static string Names(IEnumerable<string> all)
    {
        var names = all.Distinct().ToList();
        return string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
    }
}
