namespace EventRecording.PowerShell;

/// <summary>Work that nobody need wait for; what has ended is forgotten.</summary>
internal sealed class RunningTasks
{
    private readonly HashSet<Task> _tasks = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_tasks)
                return _tasks.Count;
        }
    }

    /// <summary>One more, until it ends.</summary>
    public void Add(Task task)
    {
        lock (_tasks)
            _tasks.Add(task);
        // At once: whoever waits for it comes afterwards.
        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Those that have not ended.</summary>
    public Task[] All()
    {
        lock (_tasks)
            return [.. _tasks.Where(task => !task.IsCompleted)];
    }

    /// <summary>Waits until tasks have ended, and leaves what they throw to them.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="timeout">How long to wait; <see langword="null"/> until they have ended.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How many go on.</returns>
    public static async Task<int> WaitAsync(IReadOnlyList<Task> tasks, TimeSpan? timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.WhenAll(tasks).WaitAsync(timeout ?? Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return tasks.Count(task => !task.IsCompleted);
    }

    private void Forget(Task ended)
    {
        lock (_tasks)
            _tasks.Remove(ended);
    }
}
