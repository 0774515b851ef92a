namespace EventRecording.Sandbox;

/// <summary>A clock that starts in the past and is put forward, so that a day is over in a second; timers run as usual.</summary>
internal sealed class DemoClock(TimeSpan past) : TimeProvider
{
    private TimeSpan _offset = -past;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _offset;

    public void PutForward(TimeSpan by) => _offset = Later(_offset + by);

    // The demo's day ends now, never in the future.
    private static TimeSpan Later(TimeSpan offset) => offset < TimeSpan.Zero ? offset : TimeSpan.Zero;
}
