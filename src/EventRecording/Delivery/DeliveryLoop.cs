using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EventRecording;

/// <summary>The one loop that owns all state: takes occurrences, starts writes, hears their results, and tells whoever waits.</summary>
internal sealed class DeliveryLoop : IAsyncDisposable
{
    /// <summary>How long a sink may take to say what became of requests that were cancelled for good. Real time, whatever the clock of the recorder says.</summary>
    public static readonly TimeSpan AbortedAreHeardFor = TimeSpan.FromMilliseconds(250);

    // So many occurrences at most before results are looked at again.
    private const int IntakePerTurn = 1024;

    private readonly MonotonicClock _clock;
    private readonly SeriesWriter _writer;
    private readonly Notifier _notifier;
    private readonly Spool? _spool;
    private readonly SeriesTable _table;
    private readonly Settlement _settlement;
    private readonly RetrySchedule _retries;
    private readonly Intake _intake;
    private readonly Channel<Action> _messages = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly WakeUp _wakeUp = new();
    private readonly WritesInFlight _inFlight;
    private readonly FlushesAwaitingIntake _flushes = new();
    private readonly ITimer _timer;
    private readonly Func<bool> _hasWork;
    private readonly Task _run;
    private DateTime? _timerDue;
    private DateTime _now;
    private DateTime _keepUntil;
    private volatile bool _isFull;
    private long _turns;
    private bool _abandoned;
    private bool _ended;
    private volatile Exception? _fault;

    public DeliveryLoop(EventBroadcasterOptions options, MonotonicClock clock, SeriesWriter writer, OutcomeCounters counters, Notifier notifier, Spool? spool, Intake intake)
    {
        _clock = clock;
        _writer = writer;
        _notifier = notifier;
        _spool = spool;
        _intake = intake;
        _table = new SeriesTable(options);
        _settlement = new Settlement(_table, notifier, spool);
        _inFlight = new WritesInFlight(options, counters);
        _retries = new RetrySchedule(options.Random);
        _timer = options.TimeProvider.CreateTimer(_ => Post(() => _timerDue = null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _hasWork = HasWork;
        _run = Task.Run(RunAsync);
    }

    /// <summary>The error of its own that ended the loop: nothing was accepted since; <see langword="null"/> if there was none.</summary>
    public Exception? Fault => _fault;

    /// <summary>As many series as fit are busy, and the next occurrence is of another one.</summary>
    public bool IsFull => _isFull;

    /// <summary>How often it has come round.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>There is something in the intake.</summary>
    public void Wake() => _wakeUp.Wake();

    /// <summary>Lets a flush wait for all that was accepted before it.</summary>
    public void Begin(Flush flush) => Post(() => Cover(flush));

    /// <summary>Waits for the result of a flush.</summary>
    public async Task<FlushResult> ResultAsync(Flush flush, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(flush.Completion, _run).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it: it must not go on collecting what fails.
            End(flush);
            throw;
        }

        // After the end of the loop there is nothing left to flush, and nobody else ends it.
        if (!flush.Completion.IsCompleted)
            flush.End();
        return await flush.Completion.ConfigureAwait(false);
    }

    /// <summary>Ends the waiting of a flush, at its deadline.</summary>
    public void End(Flush flush) => Post(() => _flushes.End(flush));

    /// <summary>The process was told to end: what runs is cancelled, what waits is taken for a write that is not sent, and both go into the spool, as does what comes within this time.</summary>
    public void KeepPending(TimeSpan duration) => Post(() =>
    {
        _keepUntil = ReadClock() + duration;
        _table.ReleaseWaiting(asAsked: false);
        _inFlight.Cancel();
    });

    /// <summary>Gives up what is still pending and ends the loop.</summary>
    public async ValueTask DisposeAsync()
    {
        Post(Abandon);
        await _run.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Has something done by the loop, which owns all state; nothing after its end.</summary>
    private void Post(Action act)
    {
        _messages.Writer.TryWrite(act);
        _wakeUp.Wake();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_abandoned)
            {
                Volatile.Write(ref _turns, _turns + 1);
                var now = ReadClock();
                if (!Work(now))
                    await WaitAsync(now).ConfigureAwait(false);
            }

            await HearTheAbortedAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A caller's clock or source of randomness, or a fault of ours: whoever waits for an outcome must get one.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _fault = error;
            _intake.Complete();
            Abandon();
            _notifier.WarnOnce($"The recorder stopped by an error of its own and accepts nothing more: {error.Message}");
        }

        _ended = true;
        if (_spool is not null)
            await _spool.Keeper.CompleteAsync().ConfigureAwait(false);
        GiveUpTheRest();
        _inFlight.Dispose();
    }

    private bool Work(DateTime now)
    {
        // First what waits: it is older than what the messages queue.
        _table.Advance(now);
        var worked = TakeMessages();
        worked |= TakeOccurrences(now);
        // The time that it is now: a write must not seem older than the answer that made room for it.
        worked |= StartWrites(ReadClock());
        return worked;
    }

    private bool TakeMessages()
    {
        var worked = false;
        for (; _messages.Reader.TryRead(out var act); worked = true)
            act();
        return worked;
    }

    private bool TakeOccurrences(DateTime now)
    {
        for (var taken = 0; taken < IntakePerTurn; taken++)
        {
            if (!_intake.HasNext())
                return taken > 0;
            _isFull = !Take(_intake.Next, now);
            if (_isFull)
                return taken > 0;
            _intake.Advance();
        }

        return true;
    }

    private bool Take(in AcceptedOccurrence occurrence, DateTime now)
    {
        if (_table.TryAccept(occurrence, now) is not { } series)
            return false;
        _notifier.Accepted(occurrence);
        // Those that are counted already know which flush waits for them.
        if (occurrence.Repeats is null && _flushes.Take(ref series.Pending))
            _table.ReleaseLimited();
        return true;
    }

    private bool StartWrites(DateTime now)
    {
        var worked = false;
        // What is not sent any more needs no room: a sink may take its time to end what was cancelled.
        var isEnding = now < _keepUntil;
        while (!_abandoned)
        {
            var isBeside = !isEnding && !_inFlight.HasRoom(now);
            if ((isBeside ? TakeWriteBeside(now) : _table.TakeWrite()) is not { } write)
                break;
            worked = true;
            if (isEnding)
            {
                GiveUp(write, ToldToEnd(write, write.LastError), now);
                continue;
            }

            var requests = _inFlight.Start(now, isBeside);
            var running = _writer.TryWriteAsync(write, requests);
            if (running.IsCompletedSuccessfully)
                Finish(write, running.Result, requests);
            else
                FinishLater(write, running, requests);
        }

        return worked;
    }

    private SeriesWrite? TakeWriteBeside(DateTime now) => _inFlight.HasRoomBeside(now) ? _table.TakeWriteOfIdleNamespace() : null;

    private void FinishLater(SeriesWrite write, ValueTask<WriteResult> running, RequestCancellation requests)
    {
        var answer = running.ConfigureAwait(false).GetAwaiter();
        answer.UnsafeOnCompleted(() => Post(() => Finish(write, ResultOf(write, answer), requests)));
    }

    private static WriteResult ResultOf(SeriesWrite write, ConfiguredValueTaskAwaitable<WriteResult>.ConfiguredValueTaskAwaiter answer)
    {
        try
        {
            return answer.GetResult();
        }
#pragma warning disable CA1031 // A write that is never heard of again would block its series for ever.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return WriteResult.GivenUp(write.AnswerLost, error);
        }
    }

    private void Finish(SeriesWrite write, WriteResult result, RequestCancellation requests)
    {
        // Not the time at which the turn began: the write took some, and its deadline may be over since.
        var now = ReadClock();
        _inFlight.End(requests, result.Error, now);
        if (result.Outcome is null && now < _keepUntil)
            result = ToldToEnd(write, result.Error);
        if (result.Outcome is null && !_abandoned && _retries.Next(write.Attempts, result.Error!, now, write.Deadline) is { } due)
        {
            _table.Retry(write, due);
            _notifier.Retrying(write.Series.Key, write.Batch, write.Attempts, due - now, result.Error!);
            return;
        }

        var settled = result.Outcome is null ? WriteResult.GivenUp(write.AnswerLost, result.Error!) : result;
        if (settled.IsGivenUp)
            GiveUp(write, settled, now);
        else
            _settlement.Settle(write, settled, now);
    }

    private void GiveUp(SeriesWrite write, WriteResult result, DateTime now) =>
        _settlement.GiveUp(write, result, now, _abandoned ? null : kept => Post(() => _settlement.Settle(write, kept, ReadClock())));

    /// <summary>A flush waits for what is pending or in flight, and for what the loop has not taken yet.</summary>
    private void Cover(Flush flush)
    {
        flush.StillInIntake = _intake.Singles;
        _intake.CoverRepeats(flush);
        if (flush.IsLast)
            _table.ReleaseWaiting(asAsked: true);
        else
            _table.ReleaseLimited();
        flush.Cover(_table.Busy);
        _flushes.Add(flush);
    }

    private static WriteResult ToldToEnd(SeriesWrite write, Exception? lastError) =>
        WriteResult.GivenUp(write.AnswerLost, WriteErrors.ToldToEnd(lastError));

    /// <summary>Ends the requests in flight; what they answer at once is still heard.</summary>
    private void Abandon()
    {
        _abandoned = true;
        _inFlight.Abort();
    }

    /// <summary>Waits a moment for what the aborted requests have to say: only the sink knows whether anything of them was sent.</summary>
    private async Task HearTheAbortedAsync()
    {
        var isOver = false;
        using var patience = new Timer(_ => Post(() => isOver = true), null, AbortedAreHeardFor, Timeout.InfiniteTimeSpan);
        while (_inFlight.Count > 0 && !isOver)
        {
            if (!TakeMessages())
                await _wakeUp.WaitAsync(() => _messages.Reader.TryPeek(out _)).ConfigureAwait(false);
        }
    }

    // In the end it may be the clock that failed.
    private DateTime ReadClock() => _ended ? _now : _now = _clock.Now;

    /// <summary>Settles all that has no outcome yet.</summary>
    private void GiveUpTheRest()
    {
        _messages.Writer.TryComplete();
        TakeMessages();
        foreach (var series in _table.Busy.ToArray())
        {
            if (series.Write is { } write)
                GiveUp(write, GivenUp(write.MayBeApplied, write.LastError), _now);
            _settlement.GiveUpPending(series, GivenUp(answerLost: false));
        }

        foreach (var series in TakeTheRestOfTheIntake().All)
            _settlement.GiveUpPending(series, GivenUp(answerLost: false));
    }

    private KeyIndex<Series> TakeTheRestOfTheIntake()
    {
        var rest = new KeyIndex<Series>(KeyScope.Whole);
        for (; _intake.HasNext(); _intake.Advance())
        {
            var occurrence = _intake.Next;
            if (rest.Find(occurrence.SeriesKey) is not { } series)
                rest.Add(series = new Series(occurrence.SeriesKey, new WriterMark()));
            series.Pending.Add(occurrence);
            _notifier.Accepted(occurrence);
            if (occurrence.Repeats is null)
                _flushes.Take(ref series.Pending);
        }

        return rest;
    }

    private WriteResult GivenUp(bool answerLost, Exception? lastError = null) => WriteResult.GivenUp(answerLost, _fault is { } fault
        ? new InvalidOperationException($"The recorder stopped by an error of its own before the event was written: {fault.Message}", fault)
        : WriteErrors.Disposed(lastError));

    private ValueTask WaitAsync(DateTime now)
    {
        SetTimer(now);
        return _wakeUp.WaitAsync(_hasWork);
    }

    // Where a series waits for room, the intake behind it waits too.
    private bool HasWork() => _messages.Reader.TryPeek(out _) || (!_isFull && !_intake.IsEmpty);

    private void SetTimer(DateTime now)
    {
        var (table, slow) = (_table.NextDue, _inFlight.NextSlow(now));
        var next = table is null || slow < table ? slow : table;
        // One that comes earlier only looks again: cheaper than to set it anew for each write.
        if (next is not { } due || _timerDue <= due)
            return;
        _timerDue = due;
        _timer.Change(Later(due - _clock.Now), Timeout.InfiniteTimeSpan);
    }

    // Timers take whole milliseconds, at most 49 days.
    private static TimeSpan Later(TimeSpan wait) =>
        TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue));
}
