using EventRecording.Tests.Support;

namespace EventRecording.Tests.Documentation;

public sealed class OwnStoreTests
{
    [Fact]
    public void The_sink_that_the_page_shows_is_the_one_that_passes_the_contract()
    {
        var file = File.ReadAllText(Repository.PathOf("tests/EventRecording.Tests/Store/Contract/HttpEventSink.cs")).ReplaceLineEndings("\n");
        Assert.Contains($"```csharp\n{file}```\n", File.ReadAllText(Repository.PathOf("docs/own-store.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
