using System.Globalization;
using System.Runtime.InteropServices;
using Xunit.Abstractions;

namespace EventRecording.Tests.Packaging;

/// <summary>
/// The suite runs on each runtime that is promised: whoever starts it says in EVENTRECORDING_EXPECT_RUNTIME which it has to be.
/// </summary>
public sealed class RuntimeTests(ITestOutputHelper output)
{
    [Fact]
    public void Runs_on_the_runtime_that_was_asked_for()
    {
        output.WriteLine($"runs on {RuntimeInformation.FrameworkDescription}");
        var expected = Environment.GetEnvironmentVariable("EVENTRECORDING_EXPECT_RUNTIME") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Environment.Version.Major;

        Assert.Equal(expected, Environment.Version.Major);
        Assert.InRange(Environment.Version.Major, 8, int.MaxValue);
    }
}
