namespace EventRecording;

/// <summary>Two readings of one clock: the time of day for what is written, and one that never jumps for what is scheduled.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private readonly DateTime _start = time.GetUtcNow().UtcDateTime;
    private readonly long _startStamp = time.GetTimestamp();

    /// <summary>The time of day.</summary>
    public DateTime TimeOfDay => time.GetUtcNow().UtcDateTime;

    /// <summary>Time since this clock was made, on top of the time of day then: no setting of the system's clock moves it.</summary>
    public DateTime Now => _start + time.GetElapsedTime(_startStamp);
}
