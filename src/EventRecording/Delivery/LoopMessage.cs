namespace EventRecording;

/// <summary>What reaches the loop besides occurrences.</summary>
internal readonly record struct LoopMessage
{
    /// <summary>A worker is done with a write.</summary>
    public (SeriesWrite Write, WriteResult Result, RequestCancellation Requests)? Done { get; init; }

    /// <summary>A write that was given up was put into the spool, or could not be.</summary>
    public (SeriesWrite Write, WriteResult Result)? Kept { get; init; }

    public Flush? Flush { get; init; }

    public Flush? FlushDeadline { get; init; }

    /// <summary>For so long nothing is written: what is pending goes into the spool.</summary>
    public TimeSpan? KeepFor { get; init; }

    /// <summary>Give up what is pending and end.</summary>
    public bool Abandon { get; init; }

    /// <summary>The time came that the loop had set; there is nothing else in the message.</summary>
    public static LoopMessage Tick => default;
}
