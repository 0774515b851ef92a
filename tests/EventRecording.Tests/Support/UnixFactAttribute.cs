namespace EventRecording.Tests.Support;

/// <summary>A test of something that only Unix has, and says so elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = UnixTheoryAttribute.Reason;
    }
}

/// <inheritdoc cref="UnixFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    internal const string Reason = "The plugins of this test are scripts of the Unix shell.";

    public UnixTheoryAttribute(string reason = Reason)
    {
        if (OperatingSystem.IsWindows())
            Skip = reason;
    }
}
