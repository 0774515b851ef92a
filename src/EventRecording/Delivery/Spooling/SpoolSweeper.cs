using System.Collections.Concurrent;
using System.Threading.Channels;

namespace EventRecording;

/// <summary>What a round came to.</summary>
/// <param name="IsAnswered">The server answered.</param>
/// <param name="MayGoSoon">Something is left, and another round soon may bring it to the server.</param>
/// <param name="Error">What stood in the way, which may say when.</param>
internal readonly record struct SpoolRound(bool IsAnswered, bool MayGoSoon, Exception? Error);

/// <summary>Sends what lies in the spool: at the start, when the server is back, and every minute while there is something.</summary>
#pragma warning disable CA1001 // Without wait handles and timers of their own, the fields hold nothing; StopAsync ends what runs.
internal sealed class SpoolSweeper
#pragma warning restore CA1001
{
    private const int MostInFlight = 4;

    // A failure may be due to the entry; after 3 in a row the server is taken to be at fault.
    private const int MostFailures = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);

    // What others send is gone without a word; one look a second for whoever asks.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private const long CannotLook = long.MaxValue;

    private readonly SpoolDirectory _directory;
    private readonly SpoolSender _sender;
    private readonly MonotonicClock _clock;
    private readonly Notifier _notifier;
    private readonly TimeProvider _time;
    private readonly RetrySchedule _retries;
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _noMore = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private readonly Task _run;
    private int _timerIsSet;

    // Counted up whenever something may be left, which at the start nobody knows; equal while a look that began afterwards found nothing.
    private int _left = 1;
    private int _gone;
    private long _lookedAt = CannotLook;
    private DateTime _notBefore;
    private volatile string? _fault;
    private volatile string? _entryFault;

    public SpoolSweeper(
        EventBroadcasterOptions options, SpoolDirectory directory, IEventSink sink, ServerCapabilities capabilities, MonotonicClock clock, OutcomeCounters counters, Notifier notifier)
    {
        _directory = directory;
        _sender = new SpoolSender(options, directory, sink, capabilities, clock, counters, notifier, Reports);
        _clock = clock;
        _notifier = notifier;
        _time = options.TimeProvider;
        _retries = new RetrySchedule(options.Random);
        _timer = _time.CreateTimer(static state => ((SpoolSweeper)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _requests.Writer.TryWrite(true);
        _run = Task.Run(RunAsync);
    }

    public SpoolReports Reports { get; } = new();

    /// <summary>The deadline of the end is over: the requests in flight were ended.</summary>
    public Task Aborted => _aborted.Task;

    /// <summary>Why the last look at the spool, or at one of its entries, failed; <see langword="null"/> if none did.</summary>
    public string? Fault => _fault;

    /// <summary>Something of ours lies here, or did at the last look, or nobody has looked yet. Who asks again hears of a later look.</summary>
    public bool MayHaveMore()
    {
        if (Volatile.Read(ref _gone) == Volatile.Read(ref _left))
            return false;
        var (now, lookedAt) = (_clock.Now.Ticks, Volatile.Read(ref _lookedAt));
        if (now - lookedAt >= BetweenLooks.Ticks && Interlocked.CompareExchange(ref _lookedAt, now, lookedAt) == lookedAt)
            Task.Run(LookAgain);
        return true;
    }

    /// <summary>The server takes events again.</summary>
    public void Wake()
    {
        if (_clock.Now >= _notBefore)
            _requests.Writer.TryWrite(true);
    }

    /// <summary>Sees to it that somebody looks at the spool in a while.</summary>
    public void SetTimer()
    {
        Interlocked.Increment(ref _left);
        if (Interlocked.Exchange(ref _timerIsSet, 1) == 0 && !_noMore.IsCancellationRequested)
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sends what is there, with another round where that may help, as the schedule of retries says.</summary>
    public async Task SweepUntilAsync(DateTime deadline, CancellationToken cancellationToken)
    {
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(_noMore.Token, cancellationToken);
        for (var rounds = 1; ; rounds++)
        {
            var round = await SweepAsync(noMore.Token).ConfigureAwait(false);
            var now = _clock.Now;
            if (!round.MayGoSoon || _retries.Next(rounds, round.Error, now, deadline) is not { } due)
                return;
            await Task.Delay(due - now, _time, noMore.Token).ConfigureAwait(false);
        }
    }

    private async Task<SpoolRound> SweepAsync(CancellationToken cancellationToken)
    {
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(_noMore.Token, cancellationToken);
        await _one.WaitAsync(noMore.Token).ConfigureAwait(false);
        try
        {
            _directory.Prepare();
            _entryFault = null;
            var round = await SendAsync(Ours(_directory.List()), noMore.Token).ConfigureAwait(false);
            _fault = _entryFault;
            if (IsEmpty())
                return default;
            Volatile.Write(ref _lookedAt, _clock.Now.Ticks);
            // What a server that answers does not take is no reason to ask it again with every success of others.
            if (round.IsAnswered)
                _notBefore = _clock.Now + ShortestPause;
            SetTimer();
            return round;
        }
#pragma warning disable CA1031 // Whatever goes wrong, there is a next time, and the broadcaster can be disposed.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _fault = error.Message;
            _notifier.WarnOnce($"The spool cannot be used: {error.Message}");
            Volatile.Write(ref _lookedAt, CannotLook);
            SetTimer();
            return default;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Takes no further entry; what is being sent may still be for as long as the deadline allows.</summary>
    public async Task StopAsync(TimeSpan deadline)
    {
        await _noMore.CancelAsync().ConfigureAwait(false);
        _requests.Writer.TryComplete();
        var abortAfter = deadline < EventBroadcasterOptions.LongestTimer ? deadline : Timeout.InfiniteTimeSpan;
        var timer = _time.CreateTimer(static state => ((SpoolSweeper)state!).Abort(), this, abortAfter, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            // Not by the timer alone: a clock that stands still fires none.
            if (deadline == TimeSpan.Zero)
                await Task.Run(Abort).ConfigureAwait(false);
            await _run.ConfigureAwait(false);
            // A flush may sweep, too.
            await _one.WaitAsync().ConfigureAwait(false);
            _one.Release();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Abort()
    {
        _aborted.TrySetResult();
        _abort.Cancel();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var _ in _requests.Reader.ReadAllAsync(_noMore.Token).ConfigureAwait(false))
                await SweepAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private List<SpoolFileName> Ours(List<SpoolFileName> all)
    {
        var ours = all.FindAll(name => name.Scope == _directory.Scope);
        if (ours.Count < all.Count)
        {
            var others = all.Where(name => name.Scope != _directory.Scope).Sum(name => (long)name.Count);
            _notifier.NoticeOnce($"{others} occurrences of another cluster or user lie in the spool {_directory.FullPath}; they are left to a recorder of that one.", subject: "others");
        }

        return ours;
    }

    private async Task<SpoolRound> SendAsync(List<SpoolFileName> names, CancellationToken noMore)
    {
        var sent = new SpoolTry(SpoolSendResult.Skipped);
        var (next, isBusy) = (0, false);
        while (sent.Result is SpoolSendResult.Skipped or SpoolSendResult.Busy && next < names.Count && !noMore.IsCancellationRequested)
        {
            sent = await SendAsync(names[next++], asksFirst: true, noMore).ConfigureAwait(false);
            isBusy |= sent.Result == SpoolSendResult.Busy;
        }

        // Where nothing was sent nobody was asked either.
        if (sent.Result is SpoolSendResult.Skipped or SpoolSendResult.Busy)
            return new SpoolRound(false, isBusy, null);
        if (sent.Result == SpoolSendResult.NoAnswer)
            return new SpoolRound(false, sent.MayGoSoon, sent.Error);
        var again = new ConcurrentQueue<Exception?>(sent.MayGoSoon ? [sent.Error] : []);
        var failures = 0;
        await Parallel.ForEachAsync(names.Skip(next), new ParallelOptions { MaxDegreeOfParallelism = MostInFlight }, async (name, _) =>
        {
            if (noMore.IsCancellationRequested || Volatile.Read(ref failures) >= MostFailures)
                return;
            var tried = await SendAsync(name, asksFirst: false, noMore).ConfigureAwait(false);
            if (tried.MayGoSoon)
                again.Enqueue(tried.Error);
            if (tried.Result == SpoolSendResult.Done)
                Volatile.Write(ref failures, 0);
            else if (tried.Result == SpoolSendResult.Left)
                Interlocked.Increment(ref failures);
        }).ConfigureAwait(false);
        return new SpoolRound(true, isBusy || !again.IsEmpty, again.LastOrDefault());
    }

    private async Task<SpoolTry> SendAsync(SpoolFileName name, bool asksFirst, CancellationToken noMore)
    {
        try
        {
            return await _sender.SendAsync(name, asksFirst, noMore, _abort.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its own trouble: the server was not asked, or has answered.
            var fault = $"An entry of the spool in {_directory.FullPath} cannot be used: {error.Message}";
            _entryFault ??= fault;
            _notifier.WarnOnce(fault, subject: "entry");
            return new SpoolTry(SpoolSendResult.Skipped);
        }
    }

    private void LookAgain()
    {
        // A round looks itself.
        if (!_one.Wait(0))
            return;
        try
        {
            IsEmpty();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _lookedAt, CannotLook);
        }
        finally
        {
            _one.Release();
        }
    }

    private bool IsEmpty()
    {
        var left = Volatile.Read(ref _left);
        if (_directory.Count().Ours > 0)
            return false;
        Volatile.Write(ref _gone, left);
        return true;
    }

    private void OnTimer()
    {
        Volatile.Write(ref _timerIsSet, 0);
        _requests.Writer.TryWrite(true);
    }
}
