namespace EventRecording.Tests.Architecture;

/// <summary>Nothing that a test class has to close is left open in silence.</summary>
public sealed class TeardownTests
{
    [Fact]
    public void What_a_test_class_closes_asynchronously_xunit_does_close() =>
        Assert.DoesNotContain(typeof(TeardownTests).Assembly.GetTypes(), type => type.Name.EndsWith("Tests", StringComparison.Ordinal) && type.IsAssignableTo(typeof(IAsyncDisposable)) && !type.IsAssignableTo(typeof(IAsyncLifetime)));
}
