namespace EventRecording;

/// <summary>Waits past a deadline for those who still have to say how it ended, but not for a thread that does not come back: an observer, a sink that blocks, a disk that hangs.</summary>
/// <param name="options">How long to wait.</param>
/// <param name="notifier">The observers.</param>
/// <param name="steps">Counts what the recorder does.</param>
internal sealed class EndPatience(EventBroadcasterOptions options, Notifier notifier, Func<long> steps)
{
    private long _stoodStillAt = -1;

    /// <summary>Waits for a task as long as there is something that goes on.</summary>
    /// <returns>Whether it is over.</returns>
    public async Task<bool> OutlastsAsync(Task task)
    {
        // Who stood still at the deadline of a flush is not waited for as long once more at the end. That an observer came back from being told of it is no step.
        var stoodStill = steps() == Volatile.Read(ref _stoodStillAt) ? options.StandstillPatience : TimeSpan.Zero;
        while (!task.IsCompleted)
        {
            var observers = notifier.Busy();
            var before = Steps();
            await WaitAsync(task).ConfigureAwait(false);
            if (task.IsCompleted)
                break;
            if (notifier.FindStuck(observers) is { } stuck)
            {
                await WarnAsync($"The observer {stuck} does not return: nothing is written while the recorder waits for it.").ConfigureAwait(false);
                return false;
            }

            stoodStill = Steps() == before ? stoodStill + options.ObserverPatience : TimeSpan.Zero;
            if (stoodStill < options.StandstillPatience)
                continue;
            await WarnAsync("The recorder cannot come to its end: a call of its sink, or the disk of its spool, does not return.").ConfigureAwait(false);
            Volatile.Write(ref _stoodStillAt, steps());
            return false;
        }

        return true;
    }

    /// <summary>Tells the observers what was not written before the end, if there is anything.</summary>
    public Task TellLostAsync(long count) => count > 0 ? WaitAsync(notifier.TellLostAsync(count)) : Task.CompletedTask;

    // Not on this thread: an observer may keep it.
    private Task WarnAsync(string warning) => WaitAsync(Task.Run(() => notifier.WarnOnce(warning)));

    private async Task WaitAsync(Task task) => await task.WaitAsync(options.ObserverPatience, options.RealTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private long Steps() => steps() + notifier.Returns;
}
