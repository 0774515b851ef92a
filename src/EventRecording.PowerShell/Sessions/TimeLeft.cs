namespace EventRecording.PowerShell;

/// <summary>What a timeout leaves to the second of two waits.</summary>
internal static class TimeLeft
{
    /// <param name="time">Time.</param>
    /// <param name="timeout">For both waits; <see langword="null"/> for any time.</param>
    /// <param name="began">When the first one began.</param>
    public static TimeSpan? Left(this TimeProvider time, TimeSpan? timeout, long began) =>
        timeout is { } all ? TimeSpan.FromTicks(Math.Max(0, (all - time.GetElapsedTime(began)).Ticks)) : null;
}
