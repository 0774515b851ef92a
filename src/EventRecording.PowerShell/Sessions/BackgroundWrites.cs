namespace EventRecording.PowerShell;

/// <summary>What one runspace handed over with <c>-NoWait</c> or to a recorder, and what became of it and of the spool since it was last reported.</summary>
/// <remarks>Belongs to a cluster and user and outlives their sessions, so that a failure is reported even if its session was closed.</remarks>
#pragma warning disable CA1001 // A semaphore nobody asks for its wait handle has nothing to dispose of.
internal sealed class BackgroundWrites(ClusterUser owner) : IEventObserver
#pragma warning restore CA1001
{
    /// <summary>As many as a broadcaster takes in one by one: whatever has room here has room there.</summary>
    internal const int MostPending = 16_384;

    private readonly object _lock = new();
    private readonly SemaphoreSlim _room = new(MostPending);
    private readonly RunningTasks _pending = new();
    private readonly HashSet<KubeEventRecorder> _recorders = [];
    private readonly UntoldFailures _failures = new();
    private long _written;

    // Is called in the lock: it has one of its own, and itself no heir.
    private BackgroundWrites? _heir;

    /// <summary>The cluster and the user.</summary>
    public ClusterUser Owner { get; } = owner;

    /// <summary>Counts and tells every outcome of a broadcaster; this alone only those from the spool, since what is handed over tells its own.</summary>
    public IEventObserver Everything => new EverythingObserver(this);

    /// <summary>Begins a write as soon as there is room; what becomes of it the next report tells.</summary>
    /// <param name="write">Begins the write and gives its message; throws what is not accepted, which the caller tells.</param>
    /// <param name="cancellationToken">Ends the waiting for room.</param>
    public async Task AddAsync(Func<Task<CmdletMessage>> write, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        Task settling;
        try
        {
            settling = SettleAsync(write());
        }
        catch
        {
            _room.Release();
            throw;
        }

        _pending.Add(settling);
    }

    /// <summary>Occurrences did not reach the server, or not surely.</summary>
    public void Fail(CmdletError error, int count)
    {
        lock (_lock)
        {
            if (_heir is not null)
                _heir.Fail(error, count);
            else
                _failures.Add(error, count);
        }
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
    public IReadOnlyList<Task> Pending() => _pending.All();

    /// <summary>What was written since the last report, and all that failed and was not told.</summary>
    public BackgroundReport Report()
    {
        var (failed, errors) = _failures.All();
        return new BackgroundReport(TakeWritten(), failed, errors);
    }

    /// <summary>Reports from now on what another one has to report.</summary>
    public void TakeOver(BackgroundWrites other) => Receive(other.TakeWritten(), other._failures);

    /// <summary>The runspace has ended: another one reports what it has to report, and what is still written.</summary>
    public void LeaveTo(BackgroundWrites heir)
    {
        lock (_lock)
            _heir = heir;
        heir.TakeOver(this);
    }

    /// <summary>What was written is of no interest any more; what failed still is.</summary>
    public void ForgetWritten() => TakeWritten();

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
            else if (message is not (SpooledMessage or HandedOverMessage))
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

    private void Written(long count)
    {
        lock (_lock)
        {
            if (_heir is not null)
                _heir.Written(count);
            else
                _written += count;
        }
    }

    private void Receive(long written, UntoldFailures failures)
    {
        lock (_lock)
        {
            if (_heir is not null)
            {
                _heir.Receive(written, failures);
                return;
            }

            _written += written;
            _failures.TakeOver(failures);
        }
    }

    private long TakeWritten()
    {
        lock (_lock)
        {
            var written = _written;
            _written = 0;
            return written;
        }
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
