namespace EventRecording;

/// <summary>One write of a series: all that was pending when a worker took it, until it is settled.</summary>
internal sealed class SeriesWrite(Series series, PendingBatch batch, long number)
{
    public Series Series { get; } = series;

    public PendingBatch Batch = batch;

    /// <summary>Tells this write from every other one of this writer: part of the mark on the event.</summary>
    public long Number { get; } = number;

    /// <summary>When it was first tried.</summary>
    public DateTime? FirstTry { get; set; }

    /// <summary>Set at the first try.</summary>
    public DateTime? Deadline { get; set; }

    public int Attempts { get; set; }

    public Exception? LastError { get; set; }

    /// <summary>A request was sent and no answer came: it may have been applied.</summary>
    public bool AnswerLost { get; set; }

    /// <summary>When the first request was sent that may have been applied, if <see cref="AnswerLost"/>.</summary>
    public DateTime LostSince { get; set; }

    /// <summary>How often in this try other writers came first, or the name was taken.</summary>
    public int Conflicts { get; set; }

    public bool PatchWasRefused { get; set; }

    /// <summary>Why the other API group was tried.</summary>
    public Exception? Forbidden { get; set; }
}
