using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class EventImportingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("End")]
    public void An_event_of_a_file_that_is_still_written_comes_once(string? asOf)
    {
        using var writer = new EventArchiveWriter(_folder.File("week.ndjson"));
        writer.Append(Step(1));
        var given = SampleEvents.ScaledUp with { Uid = "given", ResourceVersion = "7" };
        var events = new EventImporting(new EventImport { Paths = [_folder.File("week.ndjson")], Objects = [given], AsOf = asOf }, new FakeTimeProvider()).Run(new EventArchiveReader(), _ => true);

        writer.Append(Step(2));

        Assert.Equal(["7", "1"], events.Select(it => it.ResourceVersion));
    }

    private static KubeEvent Step(int step) => SampleEvents.ScaledUp with { ResourceVersion = $"{step}", CoreCount = step };
}
