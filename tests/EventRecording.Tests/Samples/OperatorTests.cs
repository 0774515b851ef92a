using EventRecording.Tests.Support;

namespace EventRecording.Tests.Samples;

public sealed class OperatorTests
{
    [Fact]
    public async Task The_sample_records_what_it_changed_and_what_it_refused_and_nothing_else()
    {
        using var cluster = new OperatorCluster();
        for (var round = 0; round < 2; round++)
            await cluster.RunAsync(Path.Combine(AppContext.BaseDirectory, "Operator.dll"), "--once", "true");
        await cluster.AssertEventsAsync();
    }
}
