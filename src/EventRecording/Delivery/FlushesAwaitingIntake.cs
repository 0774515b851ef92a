namespace EventRecording;

/// <summary>Flushes that wait for occurrences which the loop has not taken out of the intake yet.</summary>
internal sealed class FlushesAwaitingIntake
{
    private readonly List<Flush> _flushes = [];

    public void Add(Flush flush)
    {
        if (flush.StillInIntake > 0)
            _flushes.Add(flush);
        else
            flush.EndIfDone();
    }

    /// <summary>Ends the waiting of one, at its deadline.</summary>
    public void End(Flush flush)
    {
        _flushes.Remove(flush);
        flush.End();
    }

    /// <summary>An occurrence came out of the intake into a batch: all of them wait for it there.</summary>
    /// <returns>One of them has now seen all that it waits for.</returns>
    public bool Take(ref PendingBatch batch)
    {
        foreach (var flush in _flushes)
        {
            flush.Cover(ref batch, 1);
            flush.StillInIntake--;
        }

        return _flushes.Count > 0 && _flushes.RemoveAll(static flush => flush.StillInIntake == 0) > 0;
    }
}
