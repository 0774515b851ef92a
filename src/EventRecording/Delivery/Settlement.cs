namespace EventRecording;

/// <summary>The end of what the loop no longer tries: into the spool if there is one, then told to whoever waits.</summary>
internal sealed class Settlement(SeriesTable table, Notifier notifier, Spool? spool)
{
    public void Settle(SeriesWrite write, WriteResult result, DateTime now)
    {
        table.Settle(write, now);
        if (write.FirstTry is { } firstTry)
            RecorderInstruments.Measure(result.Outcome!.Value, now - firstTry, result.Error);
        notifier.Settled(write.Series.Key, write.Batch, result, write.Attempts);
        spool?.Settled(result);
    }

    /// <summary>Settles a write that is given up, after it was put into the spool if it may come late.</summary>
    /// <param name="write">The write.</param>
    /// <param name="result">Why it is given up.</param>
    /// <param name="now">Time.</param>
    /// <param name="kept">Hears on another thread what the write is to be settled with; <see langword="null"/> to wait for the disk.</param>
    public void GiveUp(SeriesWrite write, WriteResult result, DateTime now, Action<WriteResult>? kept)
    {
        if (spool is null || !write.Batch.MayComeLate)
            Settle(write, result, now);
        else if (kept is null)
            Settle(write, spool.Keeper.Keep(ToKeep(write, result), result), now);
        else
            spool.Keeper.Post(ToKeep(write, result), result, kept);
    }

    /// <summary>Settles what is pending in a series and no write will take.</summary>
    public void GiveUpPending(Series series, WriteResult result)
    {
        if (series.Pending.Count == 0)
            return;
        if (spool is not null && series.Pending.MayComeLate)
            result = spool.Keeper.Keep(new SpoolBatch(series.Key, series.Pending, series.Event), result);
        notifier.Settled(series.Key, series.Pending, result, attempts: 0);
    }

    private static SpoolBatch ToKeep(SeriesWrite write, WriteResult result)
    {
        var series = write.Series;
        if (result.Outcome != EventOutcomeKind.Unknown)
            return new SpoolBatch(series.Key, write.Batch, series.Event);
        var sent = new SentWrite(series.Mark, write.Number, write.LostSince);
        series.Mark = new WriterMark();
        series.HasLeftMark = true;
        return new SpoolBatch(series.Key, write.Batch, series.Event, sent);
    }
}
