namespace EventRecording.PowerShell;

/// <summary>Writes that a cmdlet waits for. The process may end before they do: then it is told here what became of them.</summary>
/// <param name="background">Is told what is lost at the end of the process.</param>
/// <param name="time">The clock.</param>
#pragma warning disable CA1001 // A source of cancellation without a timer has nothing to dispose of.
internal sealed class AwaitedWrites(BackgroundWrites background, TimeProvider time)
#pragma warning restore CA1001
{
    private readonly object _lock = new();
    private readonly CancellationTokenSource _endOfLookups = new(Timeout.InfiniteTimeSpan, time);
    private readonly HashSet<Task> _beginning = [];
    private readonly HashSet<Task<CmdletMessage>> _awaited = [];
    private bool _isEnding;

    /// <summary>Objects are looked up no longer: they are recorded on as they were given, if that is possible.</summary>
    public CancellationToken EndOfLookups => _endOfLookups.Token;

    /// <summary>A lookup, and the handing over of its event: before both have ended, no broadcaster is closed.</summary>
    /// <returns>The write that was handed over.</returns>
    public Task<CmdletMessage> Begin(Task<Task<CmdletMessage>> lookup)
    {
        Track(lookup);
        return lookup.Unwrap();
    }

    /// <summary>A cmdlet begins a write, waits for it, and tells its message.</summary>
    public Task<CmdletMessage> Add(Func<Task<CmdletMessage>> begin)
    {
        // The process may end while its first request is sent.
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Track(begun.Task);
        try
        {
            var write = begin();
            lock (_lock)
                _awaited.Add(write);
            // What ends with the process is kept: the cmdlet may come no more to tell it.
            OnEnd(write, () => _ = _isEnding || _awaited.Remove(write));
            return write;
        }
        finally
        {
            begun.SetResult();
        }
    }

    /// <summary>The cmdlet waits no longer, and somebody else tells the message.</summary>
    public void Release(Task<CmdletMessage> write)
    {
        lock (_lock)
            _awaited.Remove(write);
    }

    /// <summary>The process ends: lookups may go on for so long. Waits until all events they were for are handed over.</summary>
    public async Task EndLookupsAsync(TimeSpan timeout)
    {
        lock (_lock)
            _isEnding = true;
        _endOfLookups.CancelAfter(timeout);
        var deadline = new Deadline(time, timeout * 2);
        // The lookup of a step begins that of its event.
        while (Beginning() is { Length: > 0 } beginning && deadline.Left > TimeSpan.Zero)
            await WaitAsync(beginning, deadline.Left.Value).ConfigureAwait(false);
    }

    /// <summary>The process ends, and nothing is written any more: tells which of the writes are lost.</summary>
    public async Task TellLostAsync(TimeSpan timeout)
    {
        Task<CmdletMessage>[] awaited;
        lock (_lock)
            awaited = [.. _awaited];
        await WaitAsync(awaited, timeout).ConfigureAwait(false);
        foreach (var write in awaited)
        {
            Release(write);
            if (write is { IsCompletedSuccessfully: true, Result: ErrorMessage { Error: var error } })
                background.Fail(error, 1);
            else if (write.Exception?.InnerException is { } thrown)
                background.Fail(new CmdletError(ErrorId.EventNotWritten, CmdletErrorCategory.WriteError, thrown.Message, thrown), 1);
        }
    }

    private void Track(Task beginning)
    {
        lock (_lock)
            _beginning.Add(beginning);
        OnEnd(beginning, () => _beginning.Remove(beginning));
    }

    private Task[] Beginning()
    {
        lock (_lock)
            return [.. _beginning.Where(task => !task.IsCompleted)];
    }

    private async Task WaitAsync(Task[] tasks, TimeSpan timeout) => await Task.WhenAny(Task.WhenAll(tasks), Task.Delay(timeout, time)).ConfigureAwait(false);

    // At once: whoever waits for it comes afterwards.
    private void OnEnd(Task task, Action forget) => _ = task.ContinueWith(_ =>
    {
        lock (_lock)
            forget();
    }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
