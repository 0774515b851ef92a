namespace EventRecording.Tests.Support;

/// <summary>A test that waits for real time to pass; it runs where EVENTRECORDING_LONG_TESTS is set, and is else reported as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("EVENTRECORDING_LONG_TESTS") is null)
            Skip = "It takes about a minute; EVENTRECORDING_LONG_TESTS=1 runs it.";
    }
}
