namespace EventRecording;

/// <summary>What is to be kept of a series that was given up.</summary>
/// <param name="Key">The series.</param>
/// <param name="Batch">The occurrences.</param>
/// <param name="Event">Where the series was written; <see langword="null"/> if it never was.</param>
/// <param name="Sent">The mark and the time of a request that may have been applied; <see langword="null"/> if none can have been.</param>
internal readonly record struct SpoolBatch(SeriesKey Key, PendingBatch Batch, KnownEvent? Event, SentWrite? Sent = null);

/// <summary>A write of which a request may have been applied.</summary>
/// <param name="Mark">With <paramref name="Number"/>, what tells whether it was.</param>
/// <param name="Number">Number of the write.</param>
/// <param name="At">When its first such request was sent.</param>
internal sealed record SentWrite(WriterMark Mark, long Number, DateTime At);
