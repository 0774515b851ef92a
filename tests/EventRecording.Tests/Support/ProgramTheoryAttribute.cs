namespace EventRecording.Tests.Support;

/// <summary>A test that needs programs; where one isn't installed it is reported as skipped with the name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramTheoryAttribute : TheoryAttribute
{
    public ProgramTheoryAttribute(params string[] programs)
    {
        if (Array.Find(programs, program => Programs.Find(program) is null) is { } missing)
            Skip = $"{missing} is not installed: nothing goes through a real proxy.";
    }
}
