namespace EventRecording;

/// <summary>
/// Where else events may be read, if the role does not allow to read them there: through events.k8s.io/v1, and those of cluster-scoped
/// objects in the namespaces where servers keep them.
/// </summary>
internal static class ReadFallback
{
    private static readonly string[] OfClusterScope = ["default", "kube-system"];

    /// <summary>The places that may be read instead.</summary>
    /// <exception cref="KubernetesApiException">There is none: the refusal itself.</exception>
    public static async Task<IReadOnlyList<(EventSelection Selection, string? Namespace)>> FindAsync(
        IEventSource source, EventSelection refused, string? inNamespace, KubernetesApiException refusal, CancellationToken cancellationToken)
    {
        var found = new List<(EventSelection, string?)>();
        foreach (var place in inNamespace is null && refused.IsOfClusterScope ? OfClusterScope.Prepend(null) : [inNamespace])
        {
            var readable = await GroupAsync(place).ConfigureAwait(false);
            if (readable is not null)
                found.Add((readable, place));
            if (place is null && readable is not null)
                break;
        }

        return found.Count > 0 ? found : throw refusal;

        async Task<EventSelection?> GroupAsync(string? place)
        {
            // Through core/v1 it was tried in the place that was refused.
            if (place != inNamespace && await MayReadAsync(refused, place).ConfigureAwait(false))
                return refused;
            var other = refused.ThroughEventsV1();
            return await MayReadAsync(other, place).ConfigureAwait(false) ? other : null;
        }

        async Task<bool> MayReadAsync(EventSelection selection, string? place)
        {
            try
            {
                await source.ListAsync(selection.ListRequest(place, limit: 1), cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (KubernetesApiException no) when (no.Status.Code is 400 or 403 or 404)
            {
                // 400: a field selector in the words of core/v1.
                return false;
            }
        }
    }

    /// <summary>A role refused it, and there may be another place.</summary>
    public static bool MayHelp(KubernetesApiException error, EventSelection selection) =>
        error.Status.IsForbiddenByRole && selection.Query.ApiVersion == EventApiVersion.CoreV1;
}
