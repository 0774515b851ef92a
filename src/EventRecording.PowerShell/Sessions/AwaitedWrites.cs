namespace EventRecording.PowerShell;

/// <summary>Writes that cmdlets wait for, until their messages have reached the pipeline: it may be stopped, or the process end, before they do.</summary>
/// <param name="background">Is told what no cmdlet tells.</param>
/// <param name="time">The clock.</param>
#pragma warning disable CA1001 // A source of cancellation without a timer has nothing to dispose of.
internal sealed class AwaitedWrites(BackgroundWrites background, TimeProvider time)
#pragma warning restore CA1001
{
    private readonly object _lock = new();
    private readonly CancellationTokenSource _endOfLookups = new(Timeout.InfiniteTimeSpan, time);
    private readonly RunningTasks _beginning = new();
    private readonly Dictionary<Task<CmdletMessage>, object> _awaited = [];
    private bool _isEnding;

    /// <summary>Objects are looked up no longer: they are recorded on as they were given, if that is possible.</summary>
    public CancellationToken EndOfLookups => _endOfLookups.Token;

    /// <summary>Some are not handed over yet: their objects are looked up.</summary>
    public bool AreBeginning => _beginning.Count > 0;

    /// <summary>A lookup, and the handing over of its event: before both have ended, no broadcaster is closed.</summary>
    /// <returns>The write that was handed over.</returns>
    public Task<CmdletMessage> Begin(Task<Task<CmdletMessage>> lookup)
    {
        _beginning.Add(lookup);
        return lookup.Unwrap();
    }

    /// <summary>A cmdlet begins a write, waits for it, and tells its message.</summary>
    /// <returns>The message, which is kept here until it was told.</returns>
    public Task<CmdletMessage> Add(object cmdlet, Func<Task<CmdletMessage>> begin)
    {
        // The process may end while its first request is sent.
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _beginning.Add(begun.Task);
        try
        {
            var write = begin();
            lock (_lock)
                _awaited.Add(write, cmdlet);
            return UntilToldAsync(write);
        }
        finally
        {
            begun.SetResult();
        }
    }

    /// <summary>The cmdlet has ended: what it has not told, since its pipeline was stopped, <c>Sync-KubeEvent</c> or the end of the process does.</summary>
    public void HandOver(object cmdlet)
    {
        Task<CmdletMessage>[] left;
        lock (_lock)
        {
            // As it is at the end of nearly every cmdlet: the code below would be compiled for nothing.
            if (_awaited.Count == 0)
                return;
            left = [.. _awaited.Where(write => write.Value == cmdlet).Select(write => write.Key)];
        }

        HandOver(left);
    }

    /// <summary>The runspace has ended, and no cmdlet tells anything any more.</summary>
    public void HandOverAll() => HandOver(All());

    /// <summary>The process ends: lookups may go on for so long. Waits until all events they were for are handed over.</summary>
    public async Task EndLookupsAsync(TimeSpan timeout)
    {
        lock (_lock)
            _isEnding = true;
        _endOfLookups.CancelAfter(timeout);
        var deadline = new Deadline(time, timeout * 2);
        // The lookup of a step begins that of its event.
        while (_beginning.All() is { Length: > 0 } beginning && deadline.Left > TimeSpan.Zero)
            await Task.WhenAll(beginning).WaitAsync(deadline.Left.Value, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The process ends, and nothing is written any more: tells which of the writes are lost.</summary>
    public async Task TellLostAsync(TimeSpan timeout)
    {
        var awaited = All();
        await Task.WhenAll((Task[])awaited).WaitAsync(timeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        HandOver(awaited);
    }

    private Task<CmdletMessage>[] All()
    {
        lock (_lock)
            return [.. _awaited.Keys];
    }

    private async Task<CmdletMessage> UntilToldAsync(Task<CmdletMessage> write) =>
        await write.ConfigureAwait(false) with { Told = () => Told(write) };

    private void HandOver(Task<CmdletMessage>[] writes)
    {
        foreach (var write in writes)
        {
            if (Release(write))
                _ = background.AddAsync(() => write, CancellationToken.None);
        }
    }

    // What reaches the pipeline while the process ends may reach nobody.
    private void Told(Task<CmdletMessage> write)
    {
        lock (_lock)
            _ = _isEnding || _awaited.Remove(write);
    }

    private bool Release(Task<CmdletMessage> write)
    {
        lock (_lock)
            return _awaited.Remove(write);
    }
}
