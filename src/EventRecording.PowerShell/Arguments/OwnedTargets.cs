using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Finds what objects own, for <c>-IncludeOwned</c>; says what could not be looked through.</summary>
internal sealed class OwnedTargets(OwnedObjects owned, MessagePump output)
{
    // A role that may read events often lacks the right to list secrets and the like; the rest is for -Verbose.
    private const int MostNamed = 5;

    public async Task<IReadOnlyList<ObjectReference>> FindAsync(IReadOnlyCollection<ObjectReference> owners, CancellationToken cancellationToken)
    {
        var found = await owned.FindAsync(owners, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(new VerboseMessage($"{found.Objects.Count} owned objects were found."), cancellationToken).ConfigureAwait(false);
        foreach (var skipped in found.Skipped)
            await output.WriteAsync(new VerboseMessage(skipped.ToString()), cancellationToken).ConfigureAwait(false);
        if (found.Skipped.Count > 0)
            await output.WriteAsync(new WarningMessage(Summary(found.Skipped)), cancellationToken).ConfigureAwait(false);
        return found.Objects;
    }

    private static string Summary(IReadOnlyList<SkippedResource> skipped)
    {
        var names = skipped.Select(it => it.Resource.ToString()).Distinct().ToList();
        var rest = names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "";
        return $"Owned objects of these resources are missing, because they could not be listed: {string.Join(", ", names.Take(MostNamed))}{rest}. -Verbose says why.";
    }
}
