namespace EventRecording.PowerShell;

/// <summary>What one runspace handed over with <c>-NoWait</c> or to a recorder, and what became of it and of the spool since it was last reported.</summary>
/// <remarks>Belongs to a cluster and user and outlives their sessions, so that a failure is reported even if its session was closed.</remarks>
#pragma warning disable CA1001 // A semaphore nobody asks for its wait handle has nothing to dispose of.
internal sealed class BackgroundWrites(object? owner = null) : IEventObserver
#pragma warning restore CA1001
{
    /// <summary>As many as a broadcaster takes in one by one: whatever has room here has room there.</summary>
    internal const int MostPending = 16_384;

    /// <summary>Failures that are told one by one.</summary>
    internal const int MostErrors = 1_000;

    private readonly object _lock = new();
    private readonly SemaphoreSlim _room = new(MostPending);
    private readonly HashSet<Task> _pending = [];
    private readonly HashSet<KubeEventRecorder> _recorders = [];
    private readonly List<Untold> _untold = [];
    private long _written;

    /// <summary>The cluster and the user.</summary>
    public object? Owner { get; } = owner;

    /// <summary>Counts and tells every outcome of a broadcaster; this alone only those from the spool, since what is handed over tells its own.</summary>
    public IEventObserver Everything => new EverythingObserver(this);

    /// <summary>Begins a write as soon as there is room.</summary>
    /// <param name="write">Begins the write and gives its message.</param>
    /// <param name="cancellationToken">Ends the waiting for room.</param>
    /// <returns>The error of a write that was not even begun; else <see langword="null"/>.</returns>
    public async Task<ErrorMessage?> AddAsync(Func<Task<CmdletMessage>> write, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        var begun = write();
        if (begun is { IsCompletedSuccessfully: true, Result: ErrorMessage error })
        {
            _room.Release();
            return error;
        }

        var settling = SettleAsync(begun);
        lock (_lock)
            _pending.Add(settling);
        _ = settling.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return null;
    }

    /// <summary>A recorder was made, whose outcomes are told here, too.</summary>
    public void Add(KubeEventRecorder recorder)
    {
        lock (_lock)
            _recorders.Add(recorder);
    }

    /// <summary>A recorder was closed.</summary>
    public void Remove(KubeEventRecorder recorder)
    {
        lock (_lock)
            _recorders.Remove(recorder);
    }

    /// <summary>The recorders that were made and not closed.</summary>
    public IReadOnlyList<KubeEventRecorder> Recorders()
    {
        lock (_lock)
            return [.. _recorders];
    }

    /// <summary>Writes that have no outcome now.</summary>
    public IReadOnlyList<Task> Pending()
    {
        lock (_lock)
            return [.. _pending];
    }

    /// <summary>Nothing is pending, no recorder is left, and nothing failed since the last report.</summary>
    public bool HasNothingToTell
    {
        get
        {
            lock (_lock)
                return _pending.All(write => write.IsCompleted) && _recorders.Count == 0 && _untold.Count == 0;
        }
    }

    /// <summary>What was written since the last report, and all that failed and was not told.</summary>
    public BackgroundReport Report()
    {
        lock (_lock)
        {
            var report = new BackgroundReport(_written, _untold.Sum(each => each.Count), [.. _untold.Select(Message)]);
            _written = 0;
            return report;
        }
    }

    /// <summary>What was written is of no interest any more; what failed still is.</summary>
    public void ForgetWritten()
    {
        lock (_lock)
            _written = 0;
    }

    void IEventObserver.Settled(EventOutcome outcome, int count)
    {
        if (outcome is { WasSpooled: true, IsOnServer: true })
            Written(count);
    }

    void IEventObserver.Failed(EventFailure failure)
    {
        if (failure.WasSpooled)
            Fail(RecordingError.Of(failure), failure.Count);
    }

    private async Task SettleAsync(Task<CmdletMessage> write)
    {
        try
        {
            var message = await write.ConfigureAwait(false);
            if (message is ErrorMessage { Error: var error })
                Fail(error, 1);
            else if (message is not SpooledMessage)
                Written(1);
        }
        catch (OperationCanceledException)
        {
            // Who stopped the cmdlet ended a lookup, or the waiting for room: nothing was accepted.
        }
#pragma warning disable CA1031 // Nobody awaits this: what was thrown is told by the next report.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            Fail(new CmdletError(ErrorId.EventNotWritten, CmdletErrorCategory.WriteError, thrown.Message, thrown), 1);
        }
        finally
        {
            _room.Release();
        }
    }

    private void Written(int count)
    {
        lock (_lock)
            _written += count;
    }

    /// <summary>Occurrences did not reach the server, or not surely.</summary>
    public void Fail(CmdletError error, int count)
    {
        lock (_lock)
        {
            if (_untold.Count > MostErrors)
                _untold[^1].Count += count;
            else if (_untold.Count == MostErrors)
                _untold.Add(new Untold(error with { Message = $"More than {MostErrors} writes failed; those after the first {MostErrors} are not told one by one. The first of them: {error.Message}" }, count));
            else
                _untold.Add(new Untold(error, count));
        }
    }

    private ErrorMessage Message(Untold failure)
    {
        var count = failure.Count;
        return new ErrorMessage(failure.Error) { Told = () => Forget(failure, count) };
    }

    private void Forget(Untold failure, long count)
    {
        lock (_lock)
        {
            failure.Count -= count;
            if (failure.Count <= 0)
                _untold.Remove(failure);
        }
    }

    private void Forget(Task settled)
    {
        lock (_lock)
            _pending.Remove(settled);
    }

    private sealed class Untold(CmdletError error, long count)
    {
        public CmdletError Error { get; } = error;

        public long Count { get; set; } = count;
    }

    private sealed class EverythingObserver(BackgroundWrites owner) : IEventObserver
    {
        public void Settled(EventOutcome outcome, int count)
        {
            if (outcome.IsOnServer)
                owner.Written(count);
        }

        public void Failed(EventFailure failure) => owner.Fail(RecordingError.Of(failure), failure.Count);
    }
}

/// <summary>What became of writes that nobody waited for.</summary>
/// <param name="Written">Occurrences that reached the server, and those recorded on change that found nothing to write.</param>
/// <param name="Failed">Occurrences that did not, or not surely.</param>
/// <param name="Errors">Why; each is reported until it was told.</param>
internal sealed record BackgroundReport(long Written, long Failed, IReadOnlyList<ErrorMessage> Errors);
