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
        ModuleSessions.Current.CompleteLookupsAsync(LookupDeadline).Wait(LookupDeadline + LookupDeadline);
        var (failed, first) = ModuleSessions.Current.TakeUntold();
        if (failed > 0)
            Console.Error.WriteLine($"EventRecording: {failed} events that were handed over were not recorded, and no Sync-KubeEvent has told so. {SafeText.Escape(first?.Message)}");
        ModuleSessions.Sandboxes.RemoveFiles();
    }
}
