using EventRecording.Cluster;

namespace EventRecording.Tests.Cluster.Transport;

public class ServerWarningsTests
{
    private readonly ServerWarnings _warnings = new(new object());
    private readonly List<string> _told = [];

    [Fact]
    public void A_text_is_told_once_and_what_comes_after_a_thousand_others_is_told_too()
    {
        _warnings.Received += (_, text) => _told.Add(text);
        for (var i = 0; i < 2_500; i++)
        {
            _warnings.TellOnce($"version {i} is deprecated");
            _warnings.TellOnce($"version {i} is deprecated");
        }

        Assert.Equal(Enumerable.Range(0, 2_500).Select(i => $"version {i} is deprecated"), _told);
    }

    [Fact]
    public void What_nobody_heard_is_told_when_somebody_listens()
    {
        _warnings.TellOnce("v1beta1 is deprecated");
        _warnings.Received += (_, text) => _told.Add(text);
        _warnings.TellOnce("v1beta1 is deprecated");
        Assert.Equal(["v1beta1 is deprecated"], _told);
    }
}
