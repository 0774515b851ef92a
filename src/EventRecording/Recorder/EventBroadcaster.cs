namespace EventRecording;

/// <summary>Takes what recorders record and brings it to a sink; each accepted occurrence ends in exactly one outcome.</summary>
/// <remarks>
/// Make one for each cluster and keep it as long as the process records. Safe to use from any thread.
/// <c>DisposeAsync</c> writes what is pending, up to <see cref="EventBroadcasterOptions.DisposeDeadline"/>.
/// The role needs the verbs create and patch on events.
/// </remarks>
public sealed class EventBroadcaster : IAsyncDisposable, IDisposable
{
    // As at the end of a process: enough for a server that answers.
    private static readonly TimeSpan AfterStop = TimeSpan.FromSeconds(2);

    private readonly OutcomeCounters _counters = new();
    private readonly Notifier _notifier;
    private readonly Intake _intake;
    private readonly DeliveryLoop _loop;
    private readonly Spool? _spool;
    private readonly EndPatience _patience;
    private readonly TaskCompletionSource _standsStill = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lostIsTold;
    private Task? _disposal;
    private volatile bool _isClosed;
    private volatile bool _hasStopped;

    /// <summary>Starts to bring events to a sink.</summary>
    /// <param name="sink">Where events are written; the broadcaster does not dispose it.</param>
    /// <param name="options">How to record. Default: combining and rate limit as in client-go.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public EventBroadcaster(IEventSink sink, EventBroadcasterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Options = options ?? new EventBroadcasterOptions();
        Options.Validate();
        if (sink.MaxConcurrentWrites is { } borne && borne < Options.MaxConcurrentWrites)
        {
            if (borne < 1)
                throw new ArgumentException($"The sink says that it bears {borne} writes at a time (MaxConcurrentWrites): at least 1, or null for as many as the option says.", nameof(sink));
            Options = Options with { MaxConcurrentWrites = borne };
        }

        Rules = new OccurrenceRules(Options);
        _notifier = new Notifier([.. Options.Observers], _counters);
        _intake = new Intake(Options.IntakeCapacity);
        _patience = new EndPatience(Options, _notifier, CountSteps);

        var clock = new MonotonicClock(Options.TimeProvider);
        var capabilities = new ServerCapabilities(clock, _notifier);
        var writer = new SeriesWriter(sink, capabilities, Options, clock);
        // What runs for life is no part of the request in which it was made: neither of its trace nor of its AsyncLocals.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _spool = Options.Spool is null ? null : new Spool(Options, sink, capabilities, clock, _counters, _notifier);
            _loop = new DeliveryLoop(Options, clock, writer, _counters, _notifier, _spool, _intake);
        }

        ProcessExitFlush.Add(this);
    }

    /// <summary>What was done so far, at one moment.</summary>
    public EventStatistics Statistics => _counters.Take();

    /// <summary>Nothing is pending, and nothing of this cluster and user lies in the spool. Asks no disk: <see langword="false"/> until the first look at the spool has ended, and after one that failed. While it is <see langword="false"/>, who asks has the spool looked at again on another thread, at most once a second.</summary>
    public bool IsIdle => Statistics.Pending == 0 && _spool?.Sweeper.MayHaveMore() is not true;

    /// <summary>The options that it was made with; <see cref="EventBroadcasterOptions.MaxConcurrentWrites"/> is the sink's where that is smaller.</summary>
    public EventBroadcasterOptions Options { get; }

    internal OccurrenceRules Rules { get; }

    /// <summary>Makes a recorder that records in the name of a component.</summary>
    /// <param name="component">Name of the controller or script, such as <c>redis-operator</c>. Column From of <c>kubectl describe</c>.</param>
    /// <param name="host">Host, where that matters. Default: empty.</param>
    public EventRecorder NewRecorder(string component, string host = "")
    {
        ArgumentNullException.ThrowIfNull(component);
        return NewRecorder(new EventReporter(component, host));
    }

    /// <summary>Makes a recorder that records in the name of a source.</summary>
    /// <exception cref="ArgumentException">The source has no component.</exception>
    public EventRecorder NewRecorder(EventReporter source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (string.IsNullOrWhiteSpace(source.Component))
            throw new ArgumentException("The component is empty: it says who records, such as redis-operator.", nameof(source));
        return new EventRecorder(this, source with { Component = Utf8Text.ReplaceLoneSurrogates(source.Component), Host = Utf8Text.ReplaceLoneSurrogates(source.Host ?? "") });
    }

    /// <summary>Writes all that was accepted before this call, what the rate limit holds included, and sends what lies in the spool.</summary>
    /// <param name="deadline">How long to wait. Default: until everything has an outcome; what lies in the spool is tried for <see cref="EventBroadcasterOptions.WriteDeadline"/>.</param>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    /// <returns>What was written and what was not; what is still pending at the deadline goes on being tried.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is less than zero, and not infinite.</exception>
    public async Task<FlushResult> FlushAsync(TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        CheckDeadline(deadline);
        var flush = FlushUntilAsync(deadline, cancellationToken);
        return await (_spool?.FlushAsync(flush, deadline, cancellationToken) ?? flush).ConfigureAwait(false);
    }

    /// <summary>Accepts nothing more, writes what is pending, and gives up what is left at <see cref="EventBroadcasterOptions.DisposeDeadline"/>.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_loop)
            _disposal ??= _hasStopped ? CloseAfterStopAsync() : CloseAsync(Options.DisposeDeadline);
        return new ValueTask(_disposal);
    }

    /// <summary>As <see cref="DisposeAsync"/>, and blocks until it is done: for containers and <c>using</c> in code that cannot wait otherwise.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>As <see cref="DisposeAsync"/>, with a deadline of its own. Several may close it at once: whose deadline ends first gives up what is left.</summary>
    /// <param name="deadline">How long to go on writing what is pending; zero gives it up at once, <see cref="Timeout.InfiniteTimeSpan"/> lets each write have its own deadline.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is less than zero, and not infinite.</exception>
    public Task CloseAsync(TimeSpan deadline)
    {
        CheckDeadline(deadline);
        _isClosed = true;
        _intake.Complete();
        return FlushAndEndAsync(deadline);
    }

    /// <summary>For a host that stops: writes what is pending, and stays open for what is recorded until it is disposed, which then takes 2 seconds at most. Closes it where something is left at the deadline.</summary>
    /// <param name="deadline">How long to go on writing what is pending, by <see cref="EventBroadcasterOptions.TimeProvider"/>; zero gives it up at once, <see cref="Timeout.InfiniteTimeSpan"/> lets each write have its own deadline.</param>
    /// <param name="cancellationToken">Ends it as the deadline does, also where that clock stands still.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deadline is less than zero, and not infinite.</exception>
    public async Task StopAsync(TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        CheckDeadline(deadline);
        _hasStopped = true;
        if (!await TryFlushAsync(deadline, cancellationToken).ConfigureAwait(false))
            await CloseAsync(TimeSpan.Zero).ConfigureAwait(false);
    }

    /// <summary>Writes what is pending; what is left at the deadline goes into the spool, if there is one. Goes on afterwards.</summary>
    internal async Task FlushOrKeepAsync(TimeSpan deadline, TimeSpan forTheDisk)
    {
        await FlushUntilAsync(deadline, CancellationToken.None, isLast: deadline > TimeSpan.Zero).ConfigureAwait(false);
        if (_spool is null || Statistics.Pending == 0)
            return;
        _loop.KeepPending(forTheDisk);
        await FlushUntilAsync(forTheDisk, CancellationToken.None).ConfigureAwait(false);
    }

    internal bool TryAccept(in AcceptedOccurrence occurrence)
    {
        _counters.Offered();
        if (_intake.TryAdd(occurrence))
        {
            _loop.Wake();
            RecorderInstruments.CountRecorded();
            return true;
        }

        _counters.NotAccepted();
        return false;
    }

    internal async Task AcceptAsync(AcceptedOccurrence occurrence, CancellationToken cancellationToken)
    {
        while (!TryAccept(occurrence))
        {
            if (!await _intake.WaitForRoomAsync(cancellationToken).ConfigureAwait(false))
                throw WhyClosed();
        }
    }

    internal Task TellLostAsync(long count) => _patience.TellLostAsync(count);

    internal void Reject(EventReporter source, Occurrence? occurrence, Exception error) => _notifier.Rejected(source, occurrence, error);

    internal Exception WhyNotAccepted() => _isClosed || _loop.Fault is not null
        ? WhyClosed()
        : new OccurrenceRejectedException($"{Options.IntakeCapacity} occurrences wait already, since {WhyFull}: use RecordAsync, which waits for room, or a larger IntakeCapacity.");

    private string WhyFull => _loop.IsFull ? "the server does not keep up" : "they come faster than the recorder takes them";

    private Exception WhyClosed() => _loop.Fault is { } fault
        ? new OccurrenceRejectedException($"The recorder stopped by an error of its own and accepts nothing more: {fault.Message}", fault)
        : new ObjectDisposedException("The broadcaster is disposed and accepts nothing more.", innerException: null);

    private static void CheckDeadline(TimeSpan? deadline)
    {
        if (deadline < TimeSpan.Zero && deadline != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "A deadline is not less than zero, or Timeout.InfiniteTimeSpan.");
    }

    private long CountSteps()
    {
        var counted = Statistics;
        return _loop.Turns + (_spool?.Keeper.Handled ?? 0) + counted.Recorded - counted.Pending;
    }

    private async Task<bool> TryFlushAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        try
        {
            return (await FlushUntilAsync(deadline, cancellationToken, isLast: true).ConfigureAwait(false)).Pending == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // A host waits in real time, whatever the clock of the recorder says.
    private async Task CloseAfterStopAsync()
    {
        await CloseAsync(AfterStop).WaitAsync(AfterStop, Options.RealTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync(TimeSpan.Zero).ConfigureAwait(false);
    }

    private async Task FlushAndEndAsync(TimeSpan deadline)
    {
        try
        {
            if (!_standsStill.Task.IsCompleted)
                await (await Task.WhenAny(EndAsync(deadline), _standsStill.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            ProcessExitFlush.Remove(this);
        }
    }

    private async Task EndAsync(TimeSpan deadline)
    {
        var sweeping = _spool?.Sweeper.StopAsync(deadline) ?? Task.CompletedTask;
        await FlushUntilAsync(deadline, CancellationToken.None, isLast: deadline != TimeSpan.Zero).ConfigureAwait(false);
        var ending = EndLoopAsync(sweeping);
        // What is being sent out of the spool has its time, too.
        if (_spool is not null)
            await Task.WhenAny(ending, _spool.Sweeper.Aborted).ConfigureAwait(false);
        if (await _patience.OutlastsAsync(ending).ConfigureAwait(false))
            await ending.ConfigureAwait(false);
        // The first to find it tells, and whoever closes it beside or after waits no longer either.
        else if (Interlocked.Exchange(ref _lostIsTold, 1) == 0)
        {
            await TellLostAsync(Statistics.Pending).ConfigureAwait(false);
            _standsStill.SetResult();
        }
    }

    private async Task EndLoopAsync(Task sweeping)
    {
        await _loop.DisposeAsync().ConfigureAwait(false);
        _counters.End();
        await sweeping.ConfigureAwait(false);
    }

    private async Task<FlushResult> FlushUntilAsync(TimeSpan? deadline, CancellationToken cancellationToken, bool isLast = false)
    {
        var flush = new Flush { IsLast = isLast };
        _loop.Begin(flush);
        if (deadline is not { } limit || limit == Timeout.InfiniteTimeSpan || limit > EventBroadcasterOptions.LongestTimer)
            return await _loop.ResultAsync(flush, cancellationToken).ConfigureAwait(false);

        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = Options.TimeProvider.CreateTimer(_ => End(flush, late), null, limit, Timeout.InfiniteTimeSpan);
        // Not by a timer alone: a clock that stands still fires none.
        if (limit == TimeSpan.Zero)
            End(flush, late);
        await using (timer.ConfigureAwait(false))
        {
            var flushing = _loop.ResultAsync(flush, cancellationToken);
            if (await Task.WhenAny(flushing, late.Task).ConfigureAwait(false) == late.Task
                && !await _patience.OutlastsAsync(flushing).ConfigureAwait(false))
                flush.EndUnheard(Statistics.Pending);
            return await flushing.ConfigureAwait(false);
        }
    }

    private void End(Flush flush, TaskCompletionSource late)
    {
        _loop.End(flush);
        late.TrySetResult();
    }
}
