using EventRecording.PowerShell;

namespace EventRecording.Tests.Support;

internal static class ToldReports
{
    /// <summary>A report whose errors have all reached the pipeline.</summary>
    public static BackgroundReport TakeReport(this BackgroundWrites writes)
    {
        var report = writes.Report();
        foreach (var error in report.Errors)
            error.Told!();
        return report;
    }
}
