using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>Brings to the server what was handed over or spooled, and tells what failed; what stands behind <c>Sync-KubeEvent</c>.</summary>
/// <param name="sessions">The sessions of one cluster and user.</param>
/// <param name="output">Where it is told.</param>
internal sealed class EventSyncing(IReadOnlyList<ClusterSession> sessions, MessagePump output)
{
    private readonly HandedOverWrites _handedOver = sessions[0].HandedOver;

    /// <param name="timeout">How long to wait; <see langword="null"/> until everything has an outcome.</param>
    /// <param name="passThru">Tells the numbers, too.</param>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    public async Task RunAsync(TimeSpan? timeout, bool passThru, CancellationToken cancellationToken)
    {
        var time = sessions[0].Time;
        var began = time.GetTimestamp();
        using var timer = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, time);
        var settling = _handedOver.Pending();
        var recorded = await Task.WhenAll(_handedOver.Recorders.All().Select(recorder => recorder.FlushAsync(timeout, cancellationToken))).ConfigureAwait(false);
        // Afterwards, since a recorder may have put into the spool what it gave up.
        var left = time.Left(timeout, began);
        var flushed = await Task.WhenAll(sessions.Select(session => session.FlushAsync(left, cancellationToken))).ConfigureAwait(false);
        var pending = recorded.Sum(flush => flush.Pending);
        pending += await WaitAsync(settling, timer.Token, cancellationToken).ConfigureAwait(false);
        var report = _handedOver.TakeReport();

        foreach (var error in report.Errors)
            await TellAsync(new ErrorMessage(error)).ConfigureAwait(false);
        if (pending > 0)
            await TellAsync(new ErrorMessage(TimedOut(timeout!.Value, pending))).ConfigureAwait(false);
        for (var i = 0; i < sessions.Count; i++)
        {
            if (flushed[i].SpoolFault is { } fault)
                await TellAsync(new WarningMessage(EventText.SpoolUnusable(sessions[i].SpoolPath!, fault))).ConfigureAwait(false);
            else if (flushed[i].Spooled > 0)
                await TellAsync(new WarningMessage(EventText.StillSpooled(flushed[i].Spooled, sessions[i].SpoolPath!))).ConfigureAwait(false);
        }

        if (passThru)
            await TellAsync(new ObjectMessage(new EventSyncResult(report.Written, pending, flushed.Sum(flush => flush.Spooled), report.Failed))).ConfigureAwait(false);

        ValueTask TellAsync(CmdletMessage message) => output.WriteAsync(message, cancellationToken);
    }

    private static async Task<int> WaitAsync(IReadOnlyList<Task> settling, CancellationToken timer, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer, cancellationToken);
        try
        {
            await Task.WhenAll(settling).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }

        return settling.Count(task => !task.IsCompleted);
    }

    private static CmdletError TimedOut(TimeSpan timeout, long pending)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"Events handed over that are not on the server after {timeout.TotalSeconds} s: {pending}. They go on being tried.");
        return new CmdletError(ErrorId.SyncTimedOut, CmdletErrorCategory.OperationTimeout, message);
    }
}
