namespace EventRecording;

/// <summary>How often the events of one group happened: what <c>Measure-KubeEvent</c> gives.</summary>
/// <remarks>Of <see cref="Type"/>, <see cref="Reason"/>, <see cref="Object"/> and <see cref="Source"/> those are set that were grouped by.</remarks>
public sealed record EventMeasure
{
    /// <summary>Type of all events of the group.</summary>
    public string? Type { get; init; }

    /// <summary>Reason of all events of the group.</summary>
    public string? Reason { get; init; }

    /// <summary>Object of all events of the group, without uid, version and part.</summary>
#pragma warning disable CA1720 // Object is what kubectl calls it, too.
    public ObjectReference? Object { get; init; }
#pragma warning restore CA1720

    /// <summary>Source of all events of the group.</summary>
    public string? Source { get; init; }

    /// <summary>How often it happened: the sum of <see cref="KubeEvent.Count"/>.</summary>
    public long Count { get; init; }

    /// <summary>How many events there are; a repeated one counts once.</summary>
    public int Events { get; init; }

    /// <summary>The earliest <see cref="KubeEvent.FirstSeen"/>.</summary>
    /// <value><see langword="null"/> if no event has a time.</value>
    public DateTimeOffset? First { get; init; }

    /// <summary>The latest <see cref="KubeEvent.LastSeen"/>.</summary>
    /// <value><see langword="null"/> if no event has a time.</value>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Repetitions in an hour: all occurrences but the first, over the time from the first to the last.</summary>
    /// <value><see langword="null"/> where nothing was repeated, or all at one instant.</value>
    public double? RatePerHour => Count > 1 && Last - First is { Ticks: > 0 } time ? (Count - 1) / time.TotalHours : null;
}
