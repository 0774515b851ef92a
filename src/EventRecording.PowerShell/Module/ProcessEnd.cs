namespace EventRecording.PowerShell;

/// <summary>What is done at the end of the process, before the broadcasters write what is pending.</summary>
internal static class ProcessEnd
{
    private static readonly TimeSpan LookupDeadline = TimeSpan.FromSeconds(1);
    private static int _attached;

    public static void Attach()
    {
        if (Interlocked.Exchange(ref _attached, 1) == 0)
            AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    private static void OnExit(object? sender, EventArgs e)
    {
        BackgroundWrites[] background = [.. ModuleState.All.SelectMany(state => state.Sessions.Background())];
        Task.WhenAll(background.SelectMany(writes => writes.Recorders()).Select(recorder => recorder.CompleteLookupsAsync(LookupDeadline))).Wait(LookupDeadline);
        var untold = background.Select(writes => writes.TakeReport()).Where(report => report.Failed > 0).ToArray();
        if (untold.Length > 0)
            Console.Error.WriteLine($"EventRecording: {untold.Sum(report => report.Failed)} events that were handed over were not recorded, and no Sync-KubeEvent has told so. {SafeText.Escape(untold[0].Errors[0].Message)}");
        ModuleState.Sandboxes.RemoveFiles();
    }
}
