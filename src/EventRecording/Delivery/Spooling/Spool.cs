namespace EventRecording;

/// <summary>What was given up lies on disk here until a broadcaster brings it to the server.</summary>
internal sealed class Spool
{
    private readonly TimeProvider _time;
    private readonly SpoolDirectory _directory;
    private bool _someWereKept;

    public Spool(EventBroadcasterOptions options, IEventSink sink, ServerCapabilities capabilities, MonotonicClock clock, OutcomeCounters counters, Notifier notifier)
    {
        _time = options.TimeProvider;
        _directory = new SpoolDirectory(options.Spool!, _time);
        Sweeper = new SpoolSweeper(options, _directory, sink, clock, counters, notifier);
        Keeper = new SpoolKeeper(options, _directory, capabilities, clock, Sweeper.SetTimer);
    }

    /// <summary>Puts into the spool what is given up.</summary>
    public SpoolKeeper Keeper { get; }

    /// <summary>Sends what lies in it.</summary>
    public SpoolSweeper Sweeper { get; }

    /// <summary>Hears of each write of the loop: the first that succeeds after others were kept says that the server is back.</summary>
    public void Settled(WriteResult result)
    {
        if (result.Outcome == EventOutcomeKind.Spooled)
            _someWereKept = true;
        else if (_someWereKept && result.Event is not null)
        {
            _someWereKept = false;
            Sweeper.Wake();
        }
    }

    /// <summary>Sends what is in the spool while the loop is flushed, and adds it to the result.</summary>
    public async Task<FlushResult> FlushAsync(Task<FlushResult> flush, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        var report = Sweeper.Reports.Open();
        try
        {
            var sweep = SweepAsync(deadline, cancellationToken);
            var result = await flush.ConfigureAwait(false);
            await sweep.ConfigureAwait(false);
            return Add(report, result);
        }
        finally
        {
            Sweeper.Reports.Close(report);
        }
    }

    private async Task SweepAsync(TimeSpan? deadline, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(deadline < EventBroadcasterOptions.LongestTimer ? deadline.Value : Timeout.InfiniteTimeSpan, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await Sweeper.SweepAsync(end.Token).WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The deadline, or the disposal of the broadcaster: what is being sent goes on.
        }
    }

    private FlushResult Add(SpoolReport report, FlushResult result)
    {
        Sweeper.Reports.Close(report);
        return result with
        {
            Written = result.Written + report.Written,
            Failures = [.. result.Failures, .. report.Failures],
            Spooled = _directory.CountOurs(),
            SpoolFault = Sweeper.Fault,
        };
    }
}
