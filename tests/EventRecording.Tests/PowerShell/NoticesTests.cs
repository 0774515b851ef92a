using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class NoticesTests
{
    [Fact]
    public void What_nobody_heard_is_told_to_the_next_up_to_a_bound_and_a_warning_comes_once()
    {
        var (notices, heard) = (new Notices(), new List<CmdletMessage>());
        for (var i = 0; i < 2_500; i++)
        {
            notices.WarnOnce($"namespace {i}");
            notices.WarnOnce($"namespace {i}");
        }

        using var subscription = notices.Subscribe(heard.Add);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => new WarningMessage($"namespace {i}")), heard);
        notices.WarnOnce("namespace 2499");
        notices.WarnOnce("a new one");
        Assert.Equal(new WarningMessage("a new one"), heard[^1]);
        Assert.Equal(1_001, heard.Count);
    }
}
