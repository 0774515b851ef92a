namespace EventRecording;

/// <summary>The field <c>series</c> of an event that stands for several occurrences.</summary>
/// <param name="Count">Number of occurrences so far, the first one included; the server wants at least 2.</param>
/// <param name="LastObservedTime">Time of the latest occurrence, to the microsecond.</param>
public sealed record EventSeries(int Count, DateTimeOffset? LastObservedTime);
