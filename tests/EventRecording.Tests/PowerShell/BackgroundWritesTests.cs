using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class BackgroundWritesTests
{
    [Theory]
    [InlineData(EventOutcomeKind.Created, 2)]
    [InlineData(EventOutcomeKind.Counted, 2)]
    [InlineData(EventOutcomeKind.Unchanged, 2)]
    [InlineData(EventOutcomeKind.Spooled, 0)]
    [InlineData(EventOutcomeKind.Failed, 0)]
    public void What_a_recorder_wrote_or_found_unchanged_counts_as_written(EventOutcomeKind kind, int expected)
    {
        var writes = new BackgroundWrites();
        writes.Everything.Settled(new EventOutcome { Kind = kind }, 2);
        Assert.Equal(expected, writes.TakeReport().Written);
    }
}
