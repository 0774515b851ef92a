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
        // Who stood still at the deadline of a flush is not waited for as long once more at the end.
        var stoodStill = Steps() == Volatile.Read(ref _stoodStillAt) ? options.StandstillPatience : TimeSpan.Zero;
        while (!task.IsCompleted)
        {
            var observers = notifier.Busy();
            var before = Steps();
            // A thread takes real time, whatever the clock of the recorder says.
            await Task.WhenAny(task, Task.Delay(options.ObserverPatience, TimeProvider.System)).ConfigureAwait(false);
            if (task.IsCompleted)
                break;
            if (notifier.TellsStuck(observers))
                return false;
            stoodStill = Steps() == before ? stoodStill + options.ObserverPatience : TimeSpan.Zero;
            if (stoodStill < options.StandstillPatience)
                continue;
            Volatile.Write(ref _stoodStillAt, before);
            notifier.WarnOnce("The recorder cannot come to its end: a call of its sink, or the disk of its spool, does not return.");
            return false;
        }

        return true;
    }

    private long Steps() => steps() + notifier.Returns;
}
