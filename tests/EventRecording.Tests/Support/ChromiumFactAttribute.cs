namespace EventRecording.Tests.Support;

/// <summary>A test that needs Chromium; where there is none it is reported as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (Chromium.Path is null)
            Skip = "Chromium is not installed: the timeline is not opened.";
    }
}
