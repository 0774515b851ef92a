namespace EventRecording.PowerShell;

/// <summary>One timeout for all that is done one after the other; it runs from now on.</summary>
/// <param name="time">The clock.</param>
/// <param name="timeout">How long; <see langword="null"/> for any time.</param>
internal sealed class Deadline(TimeProvider time, TimeSpan? timeout)
{
    private readonly long _began = time.GetTimestamp();

    /// <summary>What is left, zero at least; <see langword="null"/> for any time.</summary>
    public TimeSpan? Left => timeout is { } all ? TimeSpan.FromTicks(Math.Max(0, (all - time.GetElapsedTime(_began)).Ticks)) : null;
}
