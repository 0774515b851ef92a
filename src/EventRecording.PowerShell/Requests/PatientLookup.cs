using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Looks an object up for as long as a write would be tried: a server that restarts is no reason to lose an event.</summary>
internal sealed class PatientLookup(ClusterSession session, TimeSpan patience)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public async Task<ObjectReference> FindAsync(ObjectTarget target, string? inNamespace, CancellationToken cancellationToken)
    {
        var start = session.Time.GetTimestamp();
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            TimeSpan next;
            try
            {
                return await new TargetResolver(session).ResolveExistingAsync(target, inNamespace, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (IsTransient(error))
            {
                next = Max(wait, (error as KubernetesApiException)?.Status.RetryAfter);
                if (session.Time.GetElapsedTime(start) + next >= patience)
                    throw;
                if (wait == FirstWait)
                    session.Notices.Tell(new VerboseMessage($"{EventText.Of(target)} is not found yet, next try in {next.TotalSeconds:0.0} s: {error.Message}"));
            }

            await Task.Delay(next, session.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the object might be found later.</summary>
    public static bool IsTransient(Exception error) =>
        error is KubernetesApiException { IsTransient: true } or ClusterConnectionException { IsTransient: true };

    private static TimeSpan Max(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;
}
