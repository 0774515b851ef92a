namespace EventRecording;

/// <summary>What was given up lies on disk here until a broadcaster brings it to the server.</summary>
internal sealed class Spool
{
    private readonly TimeProvider _time;
    private readonly TimeProvider _realTime;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _writeDeadline;
    private readonly MonotonicClock _clock;
    private readonly SpoolDirectory _directory;
    private volatile Task? _hanging;
    private bool _someWereKept;

    public Spool(EventBroadcasterOptions options, IEventSink sink, ServerCapabilities capabilities, MonotonicClock clock, OutcomeCounters counters, Notifier notifier)
    {
        _time = options.TimeProvider;
        _realTime = options.RealTime;
        _patience = options.StandstillPatience;
        _writeDeadline = options.WriteDeadline;
        _clock = clock;
        _directory = new SpoolDirectory(options.Spool!, _time);
        Sweeper = new SpoolSweeper(options, _directory, sink, capabilities, clock, counters, notifier);
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
            return await AddAsync(report, result, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Sweeper.Reports.Close(report);
        }
    }

    private async Task SweepAsync(TimeSpan? deadline, CancellationToken cancellationToken)
    {
        if (deadline == Timeout.InfiniteTimeSpan || deadline > EventBroadcasterOptions.LongestTimer)
            deadline = null;
        // Where nobody says how long, as long as what is pending is tried.
        var end = _clock.Now + (deadline ?? _writeDeadline);
        using var late = new CancellationTokenSource(deadline ?? Timeout.InfiniteTimeSpan, _time);
        using var noLonger = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var token = noLonger.Token;
        try
        {
            // On another thread: a disk that hangs must not hold up whoever flushes.
            await Task.Run(() => Sweeper.SweepUntilAsync(end, token), CancellationToken.None).WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The deadline, or the disposal of the broadcaster: what is being sent goes on.
        }
    }

    private async Task<FlushResult> AddAsync(SpoolReport report, FlushResult result, CancellationToken cancellationToken)
    {
        Sweeper.Reports.Close(report);
        var ((ours, others), fault) = await CountAsync(cancellationToken).ConfigureAwait(false);
        return result with
        {
            Written = result.Written + report.Written,
            Failures = [.. result.Failures, .. report.Failures],
            Spooled = ours,
            SpooledForOthers = others,
            SpoolFault = fault,
        };
    }

    /// <returns>How many occurrences lie here, and what is wrong with the spool: then there may be others.</returns>
    private async Task<((long Ours, long Others) Spooled, string? Fault)> CountAsync(CancellationToken cancellationToken)
    {
        // Each would keep a thread.
        if (_hanging is { IsCompleted: false })
            return (default, DoesNotAnswer);
        var counting = Task.Run(_directory.Count, CancellationToken.None);
        try
        {
            return (await counting.WaitAsync(_patience, _realTime, cancellationToken).ConfigureAwait(false), Sweeper.Fault);
        }
        catch (TimeoutException)
        {
            return (default, DoesNotAnswer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (default, Sweeper.Fault ?? error.Message);
        }
        finally
        {
            // Whoever gave up the waiting left it behind.
            if (!counting.IsCompleted)
                _hanging = counting;
        }
    }

    private string DoesNotAnswer => $"{_directory.FullPath} does not answer.";
}
