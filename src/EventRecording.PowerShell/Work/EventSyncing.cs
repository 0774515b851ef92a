using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>Brings to the server what was handed over or spooled, and tells what failed; what stands behind <c>Sync-KubeEvent</c>.</summary>
/// <param name="sessions">The sessions whose spools are sent, each spool once.</param>
/// <param name="own">What this runspace handed over, of one cluster and user or of several.</param>
/// <param name="output">Where it is told.</param>
/// <param name="left">What other runspaces left behind when they ended, of any cluster and user.</param>
internal sealed class EventSyncing(IReadOnlyList<ClusterSession> sessions, IReadOnlyList<BackgroundWrites> own, MessagePump output, IEnumerable<BackgroundWrites> left)
{
    // Sessions of several contexts may have one cluster, user and spool.
    private readonly ClusterSession[] _spools = [.. sessions.Where(session => session.SpoolPath is not null).DistinctBy(session => (session.Background, session.SpoolPath))];
    private readonly BackgroundWrites[] _left = [.. left.Where(writes => own.Any(it => it.Owner == writes.Owner))];

    /// <param name="timeout">How long to wait; <see langword="null"/> until everything has an outcome.</param>
    /// <param name="passThru">Tells the numbers, too.</param>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    public async Task RunAsync(TimeSpan? timeout, bool passThru, CancellationToken cancellationToken)
    {
        var time = sessions is [{ Time: var clock }, ..] ? clock : TimeProvider.System;
        var deadline = new Deadline(time, timeout);
        BackgroundWrites[] all = [.. own, .. _left];
        Task[] settling = [.. all.SelectMany(writes => writes.Pending())];
        var waiting = RunningTasks.WaitAsync(settling, timeout, time, cancellationToken);
        var recorded = await Task.WhenAll(all.SelectMany(writes => writes.Recorders()).Select(recorder => recorder.FlushAsync(timeout, cancellationToken))).ConfigureAwait(false);
        // Afterwards, since a recorder may have put into the spool what it gave up.
        var flushed = await FlushSpoolsAsync(deadline.Left, cancellationToken).ConfigureAwait(false);
        var pending = recorded.Sum(flush => flush.Pending) + await waiting.ConfigureAwait(false);
        // So may what was waited for alone: of ended runspaces, of another session with the same spool.
        if (settling.Length > 0)
            flushed = await FlushSpoolsAsync(deadline.Left, cancellationToken).ConfigureAwait(false);
        // Of those that ask at the same time one reports it.
        foreach (var writes in _left)
            own.First(it => it.Owner == writes.Owner).TakeOver(writes);
        BackgroundReport[] reports = [.. own.Select(writes => writes.Report())];

        foreach (var error in reports.SelectMany(report => report.Errors))
            await TellAsync(error).ConfigureAwait(false);
        if (pending > 0)
            await TellAsync(new ErrorMessage(TimedOut(timeout!.Value, pending))).ConfigureAwait(false);
        foreach (var (session, flush) in _spools.Zip(flushed))
        {
            var named = session.OutputAmong(_spools, output);
            if (flush.Spooled > 0)
                await named.WriteAsync(new WarningMessage(EventText.StillSpooled(flush.Spooled, session.SpoolPath!, flush.SpoolFault)), cancellationToken).ConfigureAwait(false);
            else if (flush.SpoolFault is { } fault)
                await named.WriteAsync(new WarningMessage(EventText.SpoolUnusable(session.SpoolPath!, fault)), cancellationToken).ConfigureAwait(false);
            if (ForOthers(session, flush) is var others and > 0)
                await named.WriteAsync(new WarningMessage(EventText.SpooledForOthers(others, session.SpoolPath!)), cancellationToken).ConfigureAwait(false);
        }

        if (passThru)
            await TellAsync(new ObjectMessage(new EventSyncResult(reports.Sum(report => report.Written), pending, flushed.Sum(flush => flush.Spooled), reports.Sum(report => report.Failed)) { SpooledForOthers = _spools.Zip(flushed, ForOthers).Sum() })).ConfigureAwait(false);

        ValueTask TellAsync(CmdletMessage message) => output.WriteAsync(message, cancellationToken);
    }

    // Those of another session with the same spool are sent here, too.
    private long ForOthers(ClusterSession session, FlushResult flush) => _spools.Count(it => it.SpoolPath == session.SpoolPath) == 1 ? flush.SpooledForOthers : 0;

    private Task<FlushResult[]> FlushSpoolsAsync(TimeSpan? timeout, CancellationToken cancellationToken) =>
        Task.WhenAll(_spools.Select(session => session.FlushAsync(timeout, cancellationToken)));

    private static CmdletError TimedOut(TimeSpan timeout, long pending)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"Events handed over that are not on the server after {timeout.TotalSeconds} s: {pending}. They go on being tried.");
        return new CmdletError(ErrorId.SyncTimedOut, CmdletErrorCategory.OperationTimeout, message);
    }
}

/// <summary>What <c>Sync-KubeEvent</c> came to.</summary>
/// <param name="Written">Occurrences that reached the server since the last <c>Sync-KubeEvent</c>: handed over with <c>-NoWait</c> or to a recorder, or from the spool; those with <c>-OnChange</c> that found nothing to write count, too.</param>
/// <param name="Pending">Occurrences handed over that still had no outcome at the timeout; they go on being tried.</param>
/// <param name="Spooled">Occurrences that lie in the spool, for a later try.</param>
/// <param name="Failed">Occurrences that did not reach the server since the last <c>Sync-KubeEvent</c>, or not surely; each is reported as an error.</param>
public sealed record EventSyncResult(long Written, long Pending, long Spooled, long Failed)
{
    /// <summary>Occurrences of another cluster or user that lie in the spool.</summary>
    public long SpooledForOthers { get; init; }
}
