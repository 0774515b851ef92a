using System.Diagnostics.CodeAnalysis;
using EventRecording.Cluster;
using static System.FormattableString;

namespace EventRecording.PowerShell;

/// <summary>Looks an object up for as long as a write would be tried: a server that restarts is no reason to lose an event.</summary>
/// <param name="targets">Looks it up once.</param>
/// <param name="notices">Is told that it takes longer.</param>
/// <param name="time">The clock.</param>
/// <param name="deadline">Ends the request in flight, too.</param>
/// <param name="endOfLookups">As the deadline, before it.</param>
internal sealed class PatientLookup(TargetResolver targets, Notices notices, TimeProvider time, Deadline deadline, CancellationToken endOfLookups)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // What a last try at the end has.
    private static readonly TimeSpan ForLastTry = TimeSpan.FromMilliseconds(500);

    public async Task<ObjectReference> FindAsync(ObjectTarget target, string? inNamespace, CancellationToken cancellationToken)
    {
        if (target is KnownTarget { Reference: var whole } && TargetResolver.SaysWhere(whole))
            return whole;
        using var timer = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        timer.CancelAfter(deadline.Left ?? Timeout.InfiniteTimeSpan);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, endOfLookups, cancellationToken);
        Exception? last = null;
        var next = TimeSpan.Zero;
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await Task.Delay(next, time, both.Token).ConfigureAwait(false);
                return await targets.ResolveExistingAsync(target, inNamespace, both.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException ended) when (both.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Only its namespace is not sure: no reason to lose its event.
                if (target is KnownTarget { Reference: var known })
                    return targets.InNamespace(known, inNamespace);
                // The connection may have waited as long as the server had asked it to, or for one that broke.
                throw (IsTransient(ended.InnerException) ? ended.InnerException : last) ?? new ClusterConnectionException(ClusterConnectionFailure.Timeout, $"{target.ToText()} could not be looked up in time: the server did not answer.");
            }
            catch (Exception error) when (IsTransient(error))
            {
                last = error;
            }

            var asked = (last as KubernetesApiException)?.Status.RetryAfter;
            next = asked > wait ? asked.Value : wait;
            if (deadline.Left - ForLastTry is { } latest && next > latest)
                next = latest > TimeSpan.Zero && !(asked > latest) ? latest : throw last;
            if (wait == FirstWait)
                notices.Tell(new WaitingMessage(Invariant($"{target.ToText()} is not found yet, next try in {next.TotalSeconds:0.0} s: {last.Message}"), last.Message));
        }
    }

    /// <summary>Whether the object might be found later.</summary>
    public static bool IsTransient([NotNullWhen(true)] Exception? error) =>
        error is KubernetesApiException { IsTransient: true } or ClusterConnectionException { IsTransient: true };
}
