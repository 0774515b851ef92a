namespace EventRecording;

/// <summary>Gives a broadcaster that nobody disposed two seconds at the end of the process, and says what was lost.</summary>
internal sealed class ProcessExitFlush : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private readonly EventBroadcaster _broadcaster;

    public ProcessExitFlush(EventBroadcaster broadcaster)
    {
        _broadcaster = broadcaster;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public void Dispose() => AppDomain.CurrentDomain.ProcessExit -= OnExit;

    private void OnExit(object? sender, EventArgs e)
    {
        if (_broadcaster.Statistics.Pending == 0)
            return;
        var before = _broadcaster.Statistics;
        _broadcaster.CloseAsync(Deadline).Wait(Deadline + Deadline);
        var after = _broadcaster.Statistics;
        var lost = after.Failed + after.Unknown + after.Pending - before.Failed - before.Unknown;
        if (lost > 0)
            Console.Error.WriteLine($"EventRecording: {lost} events were not written before the process ended.");
    }
}
