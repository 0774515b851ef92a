namespace EventRecording;

/// <summary>What was given up lies on disk here until a broadcaster brings it to the server.</summary>
internal sealed class Spool
{
    private readonly TimeProvider _time;
    private readonly SpoolDirectory _directory;
    private readonly SpoolKeeper _keeper;
    private readonly SpoolSweeper _sweeper;
    private bool _someWereKept;

    public Spool(EventBroadcasterOptions options, IEventSink sink, ServerCapabilities capabilities, MonotonicClock clock, OutcomeCounters counters, Notifier notifier)
    {
        _time = options.TimeProvider;
        _directory = new SpoolDirectory(options.Spool!, _time);
        _sweeper = new SpoolSweeper(options, _directory, sink, clock, counters, notifier);
        _keeper = new SpoolKeeper(options, _directory, capabilities, clock, _sweeper.SetTimer);
    }

    /// <inheritdoc cref="SpoolKeeper.Post"/>
    public void Post(SpoolBatch batch, WriteResult result, Action<WriteResult> done) => _keeper.Post(batch, result, done);

    /// <inheritdoc cref="SpoolKeeper.Keep"/>
    public WriteResult Keep(in SpoolBatch batch, WriteResult result) => _keeper.Keep(batch, result);

    /// <inheritdoc cref="SpoolKeeper.CompleteAsync"/>
    public Task CompleteAsync() => _keeper.CompleteAsync();

    /// <summary>Hears of each write of the loop: the first that succeeds after others were kept says that the server is back.</summary>
    public void Settled(WriteResult result)
    {
        if (result.Outcome == EventOutcomeKind.Spooled)
            _someWereKept = true;
        else if (_someWereKept && result.Event is not null)
        {
            _someWereKept = false;
            _sweeper.Wake();
        }
    }

    /// <summary>Sends what is in the spool while the loop is flushed, and adds it to the result.</summary>
    public async Task<FlushResult> FlushAsync(Task<FlushResult> flush, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        var report = _sweeper.Reports.Open();
        try
        {
            var sweep = SweepAsync(deadline, cancellationToken);
            var result = await flush.ConfigureAwait(false);
            await sweep.ConfigureAwait(false);
            return Add(report, result);
        }
        finally
        {
            _sweeper.Reports.Close(report);
        }
    }

    /// <inheritdoc cref="SpoolSweeper.StopAsync"/>
    public Task StopAsync(TimeSpan deadline) => _sweeper.StopAsync(deadline);

    private async Task SweepAsync(TimeSpan? deadline, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(deadline < EventBroadcasterOptions.LongestTimer ? deadline.Value : Timeout.InfiniteTimeSpan, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _sweeper.SweepAsync(end.Token).WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The deadline, or the disposal of the broadcaster: what is being sent goes on.
        }
    }

    private FlushResult Add(SpoolReport report, FlushResult result)
    {
        _sweeper.Reports.Close(report);
        return result with
        {
            Written = result.Written + report.Written,
            Failures = [.. result.Failures, .. report.Failures],
            Spooled = _directory.CountOurs(),
            SpoolFault = _sweeper.Fault,
        };
    }
}
